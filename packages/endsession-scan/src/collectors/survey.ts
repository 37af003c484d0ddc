/**
 * A first sign-in, spent on learning: what is private, what carries identity, where the control is.
 * Nothing that is found here is ended here; the sign-in may die of what is tried on it.
 */
import type { Survey } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import { controlsOf } from "../discover/controls.ts";
import { findSignOut } from "../discover/find-sign-out.ts";
import { matches, signOutAddress } from "../discover/words.ts";
import { headerOf } from "../http/answer.ts";
import { digest } from "../http/secrets.ts";
import { minimalSets } from "../probe/bisect.ts";
import { candidates, findProbes, isHarmless, withoutFragment } from "../probe/find.ts";
import { factOf } from "../probe/probe.ts";
import type { Scene } from "../scene.ts";
import { ScanError } from "../scan-error.ts";
import { cookieFacts, twins } from "./cookie-facts.ts";
import { corsOf } from "./cors.ts";
import { credentialsOf } from "./credentials.ts";
import { tokensIn } from "./kept-in-page.ts";
import { ownLeaks } from "./leaks.ts";
import { prefetchesOf } from "./prefetches.ts";
import { provokedErrors } from "./provoked-errors.ts";
import { secretsInUrls } from "./secrets-in-urls.ts";

export async function survey(scene: Scene): Promise<Survey> {
  const { plan, client, world } = scene;
  const device = await scene.device("S");
  const before = new Map<string, string>();
  plan.beforeSignIn = async () => {
    plan.beforeSignIn = null;
    for (const { name, value } of await device.context.cookies()) before.set(name, value);
  };
  await scene.signIn(device);
  plan.beforeSignIn = null;
  const landing = withoutFragment(device.page.url());
  await scene.shoot(device, "signed-in", "Signed in");

  const first = await candidates(device, plan, world.hosts, 0);
  scene.probes = await findProbes(client, first, device);
  const tour = await lookAround(scene, device, landing);
  scene.pages = [...new Set([landing, ...tour.pages])];
  scene.channels = [...device.traffic.channels];
  const later = await candidates(device, plan, world.hosts, 0);
  scene.probes = await findProbes(
    client,
    [...later, ...tour.questions(later)],
    device,
    scene.probes,
  );
  if (scene.probes.length === 0) throw noProbe(scene, landing);
  world.log.step("S", `finds ${scene.probes.length} private answers`, { tone: "good" });

  const control = await findSignOut(device, plan, scene.pages);
  if (control !== null)
    await scene.shoot(device, "logout-control", `The control “${control.text}”`);
  const capture = await device.capture();
  const facts = {
    cors: scene.extent.quick ? [] : await corsOf(scene, capture),
    errors: scene.extent.quick ? [] : await provokedErrors(scene, capture),
  };

  scene.sets = await setsOf(scene, device);
  const authenticating = new Set(
    scene.sets.flatMap(({ carriers }) => carriers.map(({ name }) => name)),
  );
  const credentials = credentialsOf(device, authenticating);
  const held = await device.capture();
  return {
    landing,
    probes: scene.probes.map(factOf),
    sets: scene.sets,
    httpAuthentication: [...held.headers].some(
      ([name, value]) => name === "authorization" && /^(?:basic|digest) /iu.test(value),
    ),
    cookies: await cookieFacts(device, authenticating),
    keptFromBefore: [...before]
      .filter(
        ([name, value]) =>
          authenticating.has(name) &&
          capture.cookies.some((it) => it.name === name && it.value === value),
      )
      .map(([name, value]) => ({ name, value: digest(value) })),
    anonymousCookies: [...before.keys()],
    tokensInStorage: tokensIn(capture, credentials),
    secretsInUrls: await secretsInUrls(scene, device, credentials),
    leaks: ownLeaks(scene, device, capture),
    twins: await twins(
      device,
      authenticating,
      scene.probes.map(({ url }) => url),
      "signed-in",
    ),
    clearSiteData: clearSiteDataIn(device),
    ...facts,
    deviceList:
      plan.config.devices === undefined ? tour.deviceList : plan.address(plan.config.devices),
    logoutAll: logoutAllOf(plan.config.logoutAll, tour.logoutAll),
    logoutAllDenied: plan.config.logoutAll === false,
    pagesSearched: tour.pages.length,
    prefetchesLogout: tour.prefetches,
  };
}

async function setsOf(scene: Scene, device: Device): Promise<Survey["sets"]> {
  const revive = async (): Promise<boolean> => {
    if (scene.logins >= scene.extent.maxLogins) return false;
    await device.context.clearCookies();
    await scene.signIn(device).catch(() => undefined);
    return (await scene.alive(device)).reception === "accepted";
  };
  // A page and an API may be entered by different credentials.
  const page = scene.probes.find(({ kind }) => kind === "page");
  const api = scene.probes.find(
    ({ kind, carrierHeaders }) =>
      kind === "api" && (page === undefined || carrierHeaders.length > 0),
  );
  const sets: Survey["sets"][number][] = [];
  for (const probe of [page, api]) {
    if (probe !== undefined) sets.push(...(await minimalSets(scene.client, device, probe, revive)));
  }
  const known = new Set<string>();
  return sets.filter(({ carriers }) => {
    const key = carriers
      .map(({ kind, name }) => `${kind} ${name}`)
      .toSorted()
      .join();
    const fresh = carriers.length > 0 && !known.has(key);
    known.add(key);
    return fresh;
  });
}

interface Tour {
  readonly pages: readonly string[];
  readonly logoutAll: string | null;
  readonly deviceList: string | null;
  readonly prefetches: Survey["prefetchesLogout"];
  /** The toured pages, asked like a page that is known. */
  questions(like: Awaited<ReturnType<typeof candidates>>): Awaited<ReturnType<typeof candidates>>;
}

/** Configured, it needs not be found. */
function logoutAllOf(
  configured: Scene["plan"]["config"]["logoutAll"],
  found: string | null,
): string | null {
  if (configured === false) return null;
  return configured === undefined ? found : "the control that the configuration names";
}

/** Visits a few private pages, those about the account first, and reads what they offer. */
async function lookAround(scene: Scene, device: Device, landing: string): Promise<Tour> {
  const { page } = device;
  const most = scene.extent.quick ? 1 : 6;
  const pages: string[] = [];
  let logoutAll: string | null = null;
  let deviceList: string | null = null;
  const prefetches: Survey["prefetchesLogout"][number][] = [];
  const waiting = [
    landing,
    ...scene.plan.config.private.map((url) => scene.plan.address(url)),
    ...(scene.plan.config.devices === undefined
      ? []
      : [scene.plan.address(scene.plan.config.devices)]),
  ];
  while (pages.length <= most) {
    const url = waiting.shift();
    if (url === undefined) break;
    if (page.url() !== url) await device.goto(url).catch(() => undefined);
    const here = withoutFragment(page.url());
    if (pages.includes(here)) continue;
    pages.push(here);
    await settle(page, 2000);
    const controls = await controlsOf(page);
    const everywhere = controls.find(
      ({ text, address, tag }) =>
        matches("everywhere", text) ||
        (tag !== "a" && /logout.?all|revoke.?all|all.?sessions|logout\/all/iu.test(address)),
    );
    logoutAll ??= everywhere?.text ?? null;
    if (await listsDevices(device)) deviceList ??= page.url();
    for (const how of await prefetchesOf(device)) prefetches.push({ page: page.url(), how });
    const links = controls
      .filter(
        ({ tag, address, text }) =>
          tag === "a" && isHarmless(address, text) && URL.canParse(address, page.url()),
      )
      .map(({ address, text }) => ({
        url: withoutFragment(new URL(address, page.url()).href),
        text,
      }))
      .filter(
        ({ url: to }) =>
          scene.world.hosts.allows(to) &&
          new URL(to).origin === new URL(landing).origin &&
          !pages.includes(to) &&
          !waiting.includes(to),
      );
    const ofAccount = links.filter(
      ({ url: to, text }) =>
        matches("devices", `${to} ${text}`) ||
        matches("account", `${new URL(to).pathname} ${text}`),
    );
    waiting.push(
      ...ofAccount.map((it) => it.url),
      ...links.filter((it) => !ofAccount.includes(it)).map((it) => it.url),
    );
  }
  return {
    pages,
    logoutAll,
    deviceList,
    prefetches,
    questions: (like) => {
      const [model] = like.filter(({ kind }) => kind === "page");
      return model === undefined ? [] : pages.map((url) => ({ ...model, url }));
    },
  };
}

/** Says so in its address or title, and names browsers or systems, as such lists do. */
async function listsDevices({ page }: Device): Promise<boolean> {
  const named = matches("devices", `${new URL(page.url()).pathname} ${await page.title()}`);
  if (!named) return false;
  const text = await page.evaluate(() => document.body?.innerText ?? "").catch(() => "");
  return /chrom|firefox|safari|linux|windows|mac ?os|127\.0\.0\.1|::1|this device|current session|dieses gerat|dieses gerät|cet appareil|este dispositivo/iu.test(
    text,
  );
}

function clearSiteDataIn(device: Device): Survey["clearSiteData"] {
  return device.traffic.seen.flatMap(({ ask, headers }) => {
    const value = headerOf(headers, "clear-site-data");
    if (value === null || signOutAddress.test(ask.url)) return [];
    return [
      {
        url: ask.url,
        value,
        signedIn: ask.headers.some(([name]) => name === "cookie" || name === "authorization"),
      },
    ];
  });
}

function noProbe(scene: Scene, landing: string): ScanError {
  return new ScanError(
    "cannot-judge",
    `Nothing was found that only the signed-in user gets to see, from ${landing} on: either the sign-in did not work, or the private pages have to be named with "private".`,
  );
}
