/** Ways to the logout address that no user meant: a plain GET, a prefetch, a form on another site. */
import type { LogoutWays, Way } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import { findSignOut } from "../discover/find-sign-out.ts";
import type { Answer, Ask } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import { plainHeaders } from "../probe/carriers.ts";
import { askWith } from "../probe/probe.ts";
import type { Question } from "../probe/probe.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";
import type { Departed } from "./departure.ts";

const tokenParameter = /csrf|xsrf|token|nonce|ticket|sesskey|hash|^key$|^s$/iu;

/**
 * @returns the facts, and the device that was used, if its session is still alive
 */
export async function logoutWays(
  scene: Scene,
  { act }: Departed,
): Promise<LogoutWays & { readonly spare: Device | null }> {
  const { request } = act;
  if (request === null)
    throw new Skip("No request that signs out was seen, so it cannot be sent in other ways.");
  let device = await scene.signedIn("M");
  /** After a session was ended, the next way needs a new one. */
  const ready = async (): Promise<void> => {
    if ((await scene.alive(device)).reception === "accepted") return;
    await scene.close(device);
    device = await scene.signedIn("M");
  };
  /** Whether the user is signed out by it: on the server, or by an answer that deletes the cookie. */
  const ended = async (answer?: Answer): Promise<boolean | null> => {
    if (answer !== undefined && deletesSession(scene, answer)) return true;
    const { reception } = await scene.alive(device);
    return reception === "unclear" ? null : reception === "refused";
  };

  const byGet = request.ask.method === "GET";
  const get = await wayByGet(scene, device, request.ask, ended);
  if (scene.extent.quick) {
    const untried = notTried("Not part of the quick set.");
    return { get, prefetch: untried, crossSite: untried, spare: null };
  }
  let prefetch = notTried("A plain GET ends the session already.");
  if (get.ended !== true) {
    await ready();
    prefetch = await wayByPrefetch(scene, device, request.ask.url, ended);
  }
  let crossSite = notTried(
    "The application signs out by GET: what other sites can do with it is told by logout-by-get.",
  );
  if (!byGet) {
    await ready();
    crossSite = await wayFromOtherSite(scene, device, request.ask);
  }
  return { get, prefetch, crossSite, spare: (await ended()) === false ? device : null };
}

/** First without what looks like a token, then as the application's own link has it. */
async function wayByGet(
  scene: Scene,
  device: Device,
  ask: Ask,
  ended: (answer?: Answer) => Promise<boolean | null>,
): Promise<Way> {
  const bare = withoutTokens(ask.url);
  const answer = await scene.client.send(
    askWith(asNavigation(device, bare), await device.capture()),
    device.name,
  );
  await device.absorb(answer);
  const first: Way = {
    tried: true,
    how: `GET ${new URL(bare).pathname}`,
    ended: await ended(answer),
    exchange: answer.id,
    token: false,
  };
  if (first.ended === true || ask.method !== "GET") return first;

  // The device's own link, which holds its own token.
  const control = await findSignOut(device, scene.plan, scene.pages);
  if (control === null || control.tag !== "a" || !URL.canParse(control.address, device.page.url()))
    return first;
  const url = new URL(control.address, device.page.url()).href;
  if (url === bare) return first;
  const own = await scene.client.send(
    askWith(asNavigation(device, url), await device.capture()),
    device.name,
  );
  return {
    tried: true,
    how: `GET ${new URL(url).pathname} with the link's own parameters`,
    ended: await ended(own),
    exchange: own.id,
    token: true,
  };
}

/** A request that says it is a prefetch, then a real prerendering by the browser. */
async function wayByPrefetch(
  scene: Scene,
  device: Device,
  url: string,
  ended: (answer?: Answer) => Promise<boolean | null>,
): Promise<Way> {
  const address = withoutTokens(url);
  const question = asNavigation(device, address);
  const answer = await scene.client.send(
    askWith(
      {
        ...question,
        headers: [
          ...question.headers,
          ["sec-purpose", "prefetch;prerender"],
          ["purpose", "prefetch"],
        ],
      },
      await device.capture(),
    ),
    device.name,
  );
  await device.absorb(answer);
  const told: Way = {
    tried: true,
    how: `prefetch of ${new URL(address).pathname}`,
    ended: await ended(answer),
    exchange: answer.id,
    token: false,
  };
  const [landing] = scene.pages;
  if (told.ended === true || landing === undefined) return told;

  await device.goto(landing).catch(() => undefined);
  await device.page
    .evaluate((to) => {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({
        prerender: [{ source: "list", urls: [to], eagerness: "immediate" }],
      });
      document.head.append(rules);
    }, address)
    .catch(() => undefined);
  await device.page.waitForTimeout(1500);
  return { ...told, how: `prerendering of ${new URL(address).pathname}`, ended: await ended() };
}

/** A page of another site sends a form as soon as it is opened; the browser decides on the cookies. */
async function wayFromOtherSite(scene: Scene, device: Device, ask: Ask): Promise<Way> {
  const before = await device.capture();
  const page = await device.context.newPage();
  const token = tokenParameter.test(new URL(ask.url).search) || tokenParameter.test(ask.body ?? "");
  try {
    await page.route("http://attacker.test/**", (route) =>
      route.fulfill({ contentType: "text/html", body: attackersPage(ask) }),
    );
    await page.goto("http://attacker.test/", { timeout: 10_000 }).catch(() => undefined);
    await settle(page, 4000);
    const { reception, answer } = await scene.reception(before, "fresh client");
    const kept = await keepsSession(scene, device);
    const how = `a form on another site, POST ${new URL(ask.url).pathname}`;
    return {
      tried: true,
      how: reception === "accepted" && !kept ? `${how}, whose answer deletes the cookie` : how,
      ended: !kept || (reception === "unclear" ? null : reception === "refused"),
      exchange: answer?.id ?? null,
      token,
    };
  } finally {
    await page.close().catch(() => undefined);
  }
}

/**
 * Whether the browser still holds its cookies of identity. One that was replaced counts: a visit
 * without cookies, such as any from another site, is given a new session, logout or not.
 */
async function keepsSession(scene: Scene, device: Device): Promise<boolean> {
  const names = new Set((await device.context.cookies()).map(({ name }) => name));
  return scene.sets
    .filter(({ rememberMe }) => !rememberMe)
    .flatMap(({ carriers }) => carriers)
    .every(({ kind, name }) => kind !== "cookie" || names.has(name));
}

/** The form as a stranger can write it: without tokens. JSON goes as text/plain, which needs no preflight. */
function attackersPage({ url, body = "" }: Ask): string {
  const escape = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const json = /^\s*[{[]/u.test(body);
  const fields = json
    ? [[body.replace(/\}\s*$/u, ',"_'), '":0}']]
    : [...new URLSearchParams(body)].filter(([name]) => !tokenParameter.test(name));
  const inputs = fields
    .map(
      ([name = "", value = ""]) =>
        `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
    )
    .join("");
  return `<!doctype html><title>Elsewhere</title><form method="post" action="${escape(withoutTokens(url))}"${json ? ' enctype="text/plain"' : ""}>${inputs}</form><script>document.forms[0].submit()</script>`;
}

/** A question as the browser asks for a page. */
function asNavigation(device: Device, url: string): Question {
  const document = device.traffic.seen.findLast(
    ({ type, ask }) => type === "document" && ask.method === "GET",
  );
  const carried = [...device.traffic.values.keys()]
    .filter((key) => key === "header authorization")
    .map(() => "authorization");
  return {
    method: "GET",
    url,
    kind: "page",
    headers: plainHeaders(document?.ask.headers ?? []),
    carrierHeaders: carried,
  };
}

export function withoutTokens(url: string): string {
  const bare = new URL(url);
  const names = new Set(bare.searchParams.keys());
  for (const name of names) if (tokenParameter.test(name)) bare.searchParams.delete(name);
  return bare.href;
}

/** A browser that gets this answer loses what it is signed in with. */
function deletesSession(scene: Scene, answer: Answer): boolean {
  const names = new Set(scene.sets.flatMap(({ carriers }) => carriers.map(({ name }) => name)));
  return setCookiesOf(answer.headers).some(({ name, deletes }) => deletes && names.has(name));
}

function notTried(how: string): Way {
  return { tried: false, how, ended: null, exchange: null, token: false };
}
