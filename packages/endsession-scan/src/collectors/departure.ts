/** The main act: two devices sign in, one signs out, and everything that is left of it is looked at. */
import type { Departure, SignOutFact } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { signOut } from "../discover/sign-out.ts";
import type { SignOutAct } from "../discover/sign-out.ts";
import { headersOf } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import { Replayer } from "../probe/replay.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";
import { goBack } from "./back-button.ts";
import { openChannels } from "./channels.ts";
import { cookieFacts, twins } from "./cookie-facts.ts";
import { credentialsOf } from "./credentials.ts";
import { leftBehind, storedIn } from "./kept-in-page.ts";
import { leaksOfOthers } from "./leaks.ts";
import { openSecondTab, readAsStranger } from "./other-tab.ts";
import { offline } from "./offline.ts";
import { comeBack } from "./signs-back-in.ts";

/** What later collectors need of the act: the ended session's own requests. */
export interface Departed {
  readonly act: SignOutAct;
  readonly replayer: Replayer;
}

export async function departure(
  scene: Scene,
): Promise<Departure & { readonly departed: Departed }> {
  const { log } = scene.world;
  const a = await scene.signedIn("A");
  if ((await scene.alive(a)).reception !== "accepted") {
    throw new Skip("A second sign-in did not lead to a session that the probes recognise.");
  }
  const b = await scene.signedIn("B");
  const bothSignedIn =
    (await scene.alive(a)).reception === "accepted" &&
    (await scene.alive(b)).reception === "accepted";

  const [landing] = scene.pages;
  const replayer = new Replayer(scene);
  if (landing !== undefined && scene.sets.some(({ rememberMe }) => rememberMe)) {
    // The script of an open page would spend the tokens at the same time.
    await a.page.goto("about:blank");
    await replayer.spend(a);
  }
  if (landing !== undefined && a.page.url() !== landing) await a.goto(landing);
  const privateText = await a.text();
  const strangers = await readAsStranger(scene, landing);
  const tab = scene.extent.quick ? null : await openSecondTab(scene, a, strangers);
  const leaks = await leaksOfOthers(scene, a, b);
  const channels = await openChannels(scene, a);
  await replayer.arm(a);
  const authenticating = new Set(
    scene.sets.flatMap(({ carriers }) => carriers.map(({ name }) => name)),
  );
  const cookiesBefore = await cookieFacts(a, authenticating);
  const credentials = credentialsOf(a, authenticating);

  // The first round starts the moment that the logout has answered.
  const rounds: Promise<void>[] = [];
  const act = await signOut(a, scene.plan, scene.pages, {
    answered: () => {
      rounds.push((rounds.at(-1) ?? Promise.resolve()).then(() => replayer.round()));
    },
  });
  log.step("A", act.how, act.request === null ? {} : { exchange: act.request.id });
  await Promise.all(rounds);
  const there = await scene.alive(b);
  log.step(
    "B",
    {
      accepted: "is still signed in",
      refused: "is signed out, too",
      unclear: "gets an answer that tells nothing",
    }[there.reception],
    there.exchange === null ? {} : { exchange: there.exchange },
  );
  await replayer.round();

  const cookiesAfter = await cookieFacts(a, authenticating);
  const twinsAfter = await twins(
    a,
    authenticating,
    scene.probes.map(({ url }) => url),
    "after-logout",
  );
  await scene.shoot(a, "after-logout", "After the logout");
  const otherTab = (await tab?.look(credentials, act.answered)) ?? null;
  const left = leftBehind(scene, await storedIn(a.page), credentials);
  const browser = await receptionInBrowser(scene, a);
  const back = await goBack(scene, a, privateText, strangers);
  const serviceWorker = scene.extent.quick ? null : await offline(scene, a, privateText);
  const channelFacts = await channels.look(act.answered);
  const signsBackIn =
    browser === "accepted" || scene.extent.quick ? null : await comeBack(scene, a);

  await laterRounds(scene, replayer, act.answered);
  const told = replayer.told(act.answered);
  const survived = replayer.alive;
  log.step(
    "replay",
    survived
      ? "is still accepted with the old credentials"
      : replayer.refused
        ? "is refused with the old credentials"
        : "gets answers that tell nothing",
    {
      ...(survived ? { tone: "bad" } : replayer.refused ? { tone: "good" } : {}),
      ...(told.replays.at(-1) === undefined
        ? {}
        : { exchange: told.replays.at(-1)?.exchange ?? "" }),
    },
  );
  const headers = act.request?.headers ?? [];
  return {
    departed: { act, replayer },
    signOut: factOf(scene, act, browser),
    replays: told,
    otherDevice: { bothSignedIn, after: there.reception, exchange: there.exchange ?? "" },
    cookiesAfter,
    cookiesKept: cookiesAfter.filter(
      (now) =>
        now.authenticates &&
        now.value !== "" &&
        cookiesBefore.some(
          (it) =>
            it.name === now.name &&
            it.path === now.path &&
            it.domain === now.domain &&
            it.value === now.value,
        ),
    ),
    twins: twinsAfter,
    setCookies: setCookiesOf(headers).map(({ raw }) =>
      scene.world.secrets.cutHeader("set-cookie", raw),
    ),
    clearSiteData: headersOf(headers, "clear-site-data").join(", ") || null,
    back,
    otherTab,
    left,
    leaks,
    serviceWorker,
    channels: channelFacts,
    signsBackIn,
  };
}

/** Asks again at growing delays, for as long as something is still accepted. */
async function laterRounds(scene: Scene, replayer: Replayer, answered: number): Promise<void> {
  for (const [index, delay] of scene.extent.delays.entries()) {
    // What is dead is asked once more, in case that something brings it back.
    if (!replayer.alive && index > 0) return;
    const wait = answered + delay - scene.world.log.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await replayer.round();
  }
}

/** Whether the browser itself is signed in: asked with the cookies that it would send. */
async function receptionInBrowser(scene: Scene, device: Device): Promise<SignOutFact["browser"]> {
  const byCookie = scene.sets.some(({ carriers }) =>
    carriers.every(({ kind }) => kind === "cookie"),
  );
  const capture = await device.capture();
  if (byCookie)
    return (await scene.reception({ ...capture, headers: new Map() }, device.name)).reception;
  // Tokens are held by scripts: what the page shows has to do.
  const [landing] = scene.pages;
  if (landing === undefined) return "unclear";
  const since = device.now();
  await device.goto(landing).catch(() => undefined);
  await device.traffic.settled();
  const asked = device.traffic.seen.filter(({ at }) => at >= since);
  const receptions = scene.probes
    .filter(({ kind }) => kind === "api")
    .flatMap((probe) =>
      asked
        .filter(({ ask }) => ask.url === probe.url && ask.method === probe.method)
        .map((it) => probe.baseline.receive(it)),
    );
  return receptions.includes("accepted") ? "accepted" : "refused";
}

function factOf(scene: Scene, act: SignOutAct, browser: SignOutFact["browser"]): SignOutFact {
  const { request, how, meant } = act;
  const answeredWell =
    request === null || request.status === 0
      ? browser === "refused"
      : request.status > 0 && request.status < 400;
  return {
    how,
    request:
      request === null
        ? null
        : {
            method: request.ask.method,
            url: scene.world.secrets.cut(request.ask.url),
            exchange: request.id,
            token: carriesToken(request.ask.url, request.ask.body ?? ""),
          },
    status: request?.status ?? null,
    browser,
    certain: (meant && answeredWell) || (browser === "refused" && meant),
  };
}

/** Whether address or body hold a parameter that a stranger could not know. */
export function carriesToken(url: string, body: string): boolean {
  const query = URL.canParse(url) ? new URL(url).search : "";
  return (
    /(?:csrf|xsrf|token|nonce|_wpnonce|authenticity|ticket|sesskey|hash|key)[\w[\]%-]*=[^&]{6,}/iu.test(
      `${query}&${body}`,
    ) || /=[\da-f]{16,}(?:&|$)/iu.test(`${query}&${body}`)
  );
}
