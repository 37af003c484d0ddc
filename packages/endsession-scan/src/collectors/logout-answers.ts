/** What the logout address answers to live, dead, invented and no credentials, and where it redirects. */
import { randomBytes } from "node:crypto";
import type { LogoutAnswer, LogoutAnswers } from "../artifacts.ts";
import type { Capture, Device } from "../browser/device.ts";
import { headerOf, redirectOf } from "../http/answer.ts";
import type { Answer } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import { carrierHeaders, plainHeaders } from "../probe/carriers.ts";
import { askWith, keyOf } from "../probe/probe.ts";
import type { Question } from "../probe/probe.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";
import type { Departed } from "./departure.ts";

/** Names under which applications take an address to go on to. */
const parameters = [
  "next",
  "returnTo",
  "return_to",
  "returnUrl",
  "return",
  "redirect",
  "redirect_to",
  "redirect_uri",
  "redirectUrl",
  "url",
  "continue",
  "callbackUrl",
  "callback",
  "goto",
  "dest",
  "destination",
  "target",
  "service",
  "post_logout_redirect_uri",
  "back",
  "r",
  "u",
] as const;

const strangers = [
  "https://attacker.example/",
  "//attacker.example/",
  "/\\attacker.example/",
] as const;

/**
 * @param spare a device that is still signed in, or `null`: its session is ended here
 */
export async function logoutAnswers(
  scene: Scene,
  departed: Departed,
  spare: Device | null,
): Promise<LogoutAnswers> {
  const { act, replayer } = departed;
  const { request } = act;
  if (request === null)
    throw new Skip("No request that signs out was seen, so it cannot be asked again.");
  const { method, url, headers, body } = request.ask;
  const question: Question = {
    method,
    url,
    kind: "page",
    headers: plainHeaders(headers),
    carrierHeaders: carrierHeaders(headers).map(([name]) => name),
    ...(body === undefined ? {} : { body }),
  };
  const dead = await scene.client.send(askWith(question, replayer.capture), "replay");
  const random = await scene.client.send(
    invented(scene, question, replayer.capture),
    "fresh client",
  );
  const none = await scene.client.send(
    askWith(
      {
        ...question,
        carrierHeaders: question.carrierHeaders.filter((name) => name !== "authorization"),
      },
      { ...replayer.capture, cookies: [] },
    ),
    "anonymous",
  );
  const authenticating = scene.sets.flatMap(({ carriers }) => carriers);
  // A script that does not read its answer keeps the browser from telling it: it is asked for again.
  let live = factOf(request);
  let left = spare;
  if (spare !== null && (request.status === 0 || live.shape === "unread")) {
    const again = factOf(
      await scene.client.send(askWith(question, await spare.capture()), spare.name),
    );
    if (again.status > 0 && (request.status === 0 || again.status === live.status)) live = again;
    left = null;
  }
  return {
    live,
    dead: factOf(dead),
    random: factOf(random),
    none: factOf(none),
    bearer:
      authenticating.length > 0 &&
      scene.sets.every(({ carriers }) => carriers.some(({ kind }) => kind === "header")),
    redirects: await redirectsOf(scene, question, replayer.capture, left),
  };
}

/** The same names with values that never were any. */
function invented(scene: Scene, question: Question, capture: Capture): ReturnType<typeof askWith> {
  const values = new Map<string, string>();
  for (const carrier of scene.sets.flatMap(({ carriers }) => carriers)) {
    const own =
      carrier.kind === "header"
        ? capture.headers.get(carrier.name)
        : capture.cookies.find(({ name }) => name === carrier.name)?.value;
    const scheme = /^(?:Bearer|Token|JWT)\s+/iu.exec(own ?? "")?.[0] ?? "";
    const length = Math.max((own?.length ?? 32) - scheme.length, 8);
    values.set(keyOf(carrier), scheme + randomBytes(length).toString("base64url").slice(0, length));
  }
  return askWith(question, capture, undefined, values);
}

function factOf(answer: Answer): LogoutAnswer {
  const redirect = redirectOf(answer);
  return {
    status: answer.status,
    location: redirect === null ? null : new URL(redirect).pathname,
    shape: shapeOf(answer),
    deletesCookies: setCookiesOf(answer.headers).some(({ deletes }) => deletes),
    exchange: answer.id,
  };
}

/** Names of JSON members with their kinds, or the document's type; a redirect is told by its target. */
function shapeOf({ headers, body, status }: Answer): string {
  if (status >= 300 && status < 400) return "redirect";
  const type = (headerOf(headers, "content-type") ?? "").split(";")[0] ?? "";
  if (type.includes("json") && body !== "") {
    try {
      const value: unknown = JSON.parse(body);
      if (typeof value === "object" && value !== null) {
        return Object.entries(value)
          .map(([name, member]) =>
            typeof member === "boolean" ? `${name}:${String(member)}` : `${name}:${typeof member}`,
          )
          .toSorted()
          .join(" ");
      }
    } catch {
      // Not what it says it is: as any document, then.
    }
  }
  if (body !== "") return type;
  // A page that is left before it has read an answer keeps the browser from telling it.
  const length = headerOf(headers, "content-length");
  return length === "0" || type === "" ? "empty" : "unread";
}

/** All parameters at once with a live session, where there is one; else one by one with the dead one. */
async function redirectsOf(
  scene: Scene,
  question: Question,
  capture: Capture,
  spare: Device | null,
): Promise<LogoutAnswers["redirects"]> {
  const facts: LogoutAnswers["redirects"][number][] = [];
  const own = [...new URL(question.url).searchParams.keys(), ...namesIn(question.body)].filter(
    (name) => /next|return|redirect|url|goto|dest|target|continue/iu.test(name),
  );
  for (const to of strangers) {
    for (const parameter of new Set([...own, ...parameters])) {
      if (facts.some((fact) => fact.parameter === parameter && fact.followed)) continue;
      // A full round for the plain form, the likeliest names for the tricks.
      if (
        to !== strangers[0] &&
        !own.includes(parameter) &&
        !["next", "returnTo", "redirect", "url"].includes(parameter)
      )
        continue;
      const answer = await scene.client.send(
        askWith(withParameter(question, [parameter], to), capture),
        "replay",
      );
      facts.push({ parameter, to, followed: leadsAway(answer), exchange: answer.id });
    }
  }
  if (spare !== null && !facts.some(({ followed }) => followed)) {
    const [to] = strangers;
    const answer = await scene.client.send(
      askWith(withParameter(question, [...parameters], to), await spare.capture()),
      spare.name,
    );
    facts.push({
      parameter: "any of them, with a live session",
      to,
      followed: leadsAway(answer),
      exchange: answer.id,
    });
  }
  return facts;
}

function withParameter(question: Question, names: readonly string[], to: string): Question {
  const url = new URL(question.url);
  for (const name of names) url.searchParams.set(name, to);
  const { body } = question;
  if (body !== undefined && /^\s*\{/u.test(body)) {
    try {
      const members = JSON.parse(body) as Record<string, unknown>;
      for (const name of names) members[name] = to;
      return { ...question, url: url.href, body: JSON.stringify(members) };
    } catch {
      return { ...question, url: url.href };
    }
  }
  const form = new URLSearchParams(body ?? "");
  for (const name of names) form.set(name, to);
  const sendsForm = question.headers.some(
    ([name, value]) => name === "content-type" && value.includes("urlencoded"),
  );
  return { ...question, url: url.href, ...(sendsForm ? { body: form.toString() } : {}) };
}

function leadsAway(answer: Answer): boolean {
  const location = redirectOf(answer);
  const refresh = /url=([^"'>\s]+)/iu.exec(headerOf(answer.headers, "refresh") ?? "")?.[1];
  const inBody =
    /^\s*[{]/u.test(answer.body) &&
    /"(?:redirect\w*|url|location)"\s*:\s*"(?:https?:)?\/\/attacker\.example/iu.test(answer.body);
  // The browsers' reading: a backslash is a slash.
  const raw = headerOf(answer.headers, "location")?.replaceAll("\\", "/") ?? "";
  const readByBrowsers = URL.canParse(raw, answer.ask.url)
    ? new URL(raw, answer.ask.url).hostname
    : "";
  return (
    (location !== null && new URL(location).hostname === "attacker.example") ||
    (answer.status >= 300 && answer.status < 400 && readByBrowsers === "attacker.example") ||
    (refresh?.includes("attacker.example") ?? false) ||
    inBody
  );
}

function namesIn(body: string | undefined): string[] {
  if (body === undefined || /^\s*[{[]/u.test(body)) return [];
  return [...new URLSearchParams(body).keys()];
}
