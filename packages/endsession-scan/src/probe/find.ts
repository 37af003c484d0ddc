/** Finding requests that tell signed in from anonymous: pages, their links, and the APIs they ask. */
import type { Device } from "../browser/device.ts";
import type { Seen } from "../browser/traffic.ts";
import type { Hosts } from "../config/hosts.ts";
import { controlsOf } from "../discover/controls.ts";
import { matches, signOutAddress } from "../discover/words.ts";
import type { HttpClient } from "../http/client.ts";
import type { Plan } from "../plan.ts";
import { compare } from "./baseline.ts";
import { carrierHeaders, plainHeaders } from "./carriers.ts";
import { askWith } from "./probe.ts";
import type { Probe, Question } from "./probe.ts";

/** So many requests are compared, and of those that qualify so many are kept. */
const mostCandidates = 16;
const mostProbes = 8;

const aboutUser = /\b(?:me|user|users?|profile|account|session|whoami|viewer|current|self)\b/iu;

/** Requests that may be probes: configured ones first, then what the browser asked, then links. */
export async function candidates(
  device: Device,
  plan: Plan,
  hosts: Hosts,
  since: number,
): Promise<Question[]> {
  await device.traffic.settled();
  const seen = device.traffic.seen.filter(({ at, status }) => at >= since && status > 0);
  const document =
    seen.findLast(({ type, ask }) => type === "document" && ask.method === "GET") ??
    device.traffic.seen.findLast(({ type }) => type === "document");
  const pageHeaders = document === undefined ? [] : plainHeaders(document.ask.headers);
  const page = (url: string): Question => ({
    method: "GET",
    url,
    kind: "page",
    headers: pageHeaders,
    carrierHeaders: [],
  });

  const configured = plan.config.private.map((url) => page(plan.address(url)));
  const apis = seen
    .filter(isReadingApi)
    .toSorted((a, b) => Number(aboutUser.test(b.ask.url)) - Number(aboutUser.test(a.ask.url)));
  const landing = withoutFragment(device.page.url());
  const links = (await controlsOf(device.page))
    .filter(({ tag, address, text }) => tag === "a" && isHarmless(address, text))
    .map(({ address }) =>
      URL.canParse(address, landing) ? withoutFragment(new URL(address, landing).href) : "",
    )
    .filter(
      (url) =>
        /^https?:/u.test(url) &&
        hosts.allows(url) &&
        new URL(url).origin === new URL(landing).origin,
    );
  const extra = document?.ask.headers ?? [];
  // Headers that the context adds to everything, as an API sign-in does.
  const always = carrierHeaders(extra).map(([name]) => name);

  const all = [
    ...configured,
    page(landing),
    ...apis.slice(0, 8).map(apiQuestion),
    ...links.slice(0, 10).map(page),
  ];
  const known = new Set<string>();
  return all
    .map((question) => ({
      ...question,
      carrierHeaders: [...new Set([...question.carrierHeaders, ...always])],
    }))
    .filter(({ method, url, body }) => {
      const key = `${method} ${url} ${body ?? ""}`;
      const fresh = !known.has(key) && /^https?:/u.test(url);
      known.add(key);
      return fresh && hosts.allows(url);
    })
    .slice(0, mostCandidates);
}

/**
 * Asks each candidate twice signed in and twice anonymously, and keeps what differs stably. One that
 * renews the session by its use differs the second time; the device goes on with what it has set.
 */
export async function findProbes(
  client: HttpClient,
  questions: readonly Question[],
  device: Device,
  known: readonly Probe[] = [],
): Promise<Probe[]> {
  const probes = [...known];
  for (const question of questions) {
    if (probes.length >= mostProbes) break;
    if (
      probes.some(
        ({ method, url, body }) =>
          method === question.method && url === question.url && body === question.body,
      )
    )
      continue;
    const capture = await device.capture();
    const signedIn = await client.send(askWith(question, capture), "fresh client");
    await device.absorb(signedIn);
    if (signedIn.status < 200 || signedIn.status >= 300) continue;
    const anonymous = await Promise.all(
      [1, 2].map(() => client.send(askWith(question, null), "anonymous")),
    );
    const again = await client.send(askWith(question, capture), "fresh client");
    const baseline = compare([signedIn, again], anonymous);
    const [stranger] = anonymous;
    if (baseline === null || stranger === undefined) continue;
    probes.push({
      ...question,
      id: `p${probes.length + 1}`,
      baseline,
      signedIn,
      anonymous: stranger,
    });
  }
  return probes;
}

function isReadingApi({ type, ask, headers, status }: Seen): boolean {
  if (!["xhr", "fetch"].includes(type) || status < 200 || status >= 300) return false;
  if (
    headers.some(
      ([name, value]) =>
        name.toLowerCase() === "content-type" && value.startsWith("text/event-stream"),
    )
  )
    return false;
  if (
    /refresh|\/token|csrf|logout|\.(?:js|css|json5?|svg|png|woff2?|map)$|manifest/iu.test(
      new URL(ask.url).pathname,
    )
  )
    return false;
  if (ask.method === "GET") return true;
  // GraphQL reads by POST, too.
  return ask.method === "POST" && /"query"\s*:\s*"\s*(?:query\b|\{)/u.test(ask.body ?? "");
}

function apiQuestion({ ask }: Seen): Question {
  const carried = carrierHeaders(ask.headers).map(([name]) => name);
  return {
    method: ask.method,
    url: withoutFragment(ask.url),
    kind: "api",
    headers: plainHeaders(ask.headers),
    carrierHeaders: carried,
    ...(ask.body === undefined ? {} : { body: ask.body }),
  };
}

/** Neither signs out nor changes anything, as far as words tell. */
export function isHarmless(address: string, text: string): boolean {
  let decoded = address;
  try {
    decoded = decodeURIComponent(address);
  } catch {
    // As it is, then.
  }
  return (
    address !== "" &&
    !/^(?:mailto|tel|javascript|data|blob):|^#/iu.test(address) &&
    !signOutAddress.test(address) &&
    !matches("destructive", `${decoded.replaceAll(/[/?&=_-]/gu, " ")} ${text}`)
  );
}

export function withoutFragment(url: string): string {
  return url.split("#")[0] ?? url;
}
