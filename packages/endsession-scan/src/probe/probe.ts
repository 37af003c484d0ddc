/** A request whose answer tells whether its sender is signed in. */
import type { Carrier, Header, ProbeFact } from "../artifacts.ts";
import { cookiesFor } from "../browser/device.ts";
import type { Capture } from "../browser/device.ts";
import { headerOf } from "../http/answer.ts";
import type { Answer, Ask } from "../http/answer.ts";
import { cookieHeader } from "../http/cookies.ts";
import type { Baseline } from "./baseline.ts";

/** A request without its credentials. */
export interface Question {
  readonly method: string;
  readonly url: string;
  readonly kind: "page" | "api";
  readonly headers: readonly Header[];
  readonly body?: string;
  /** Names of the headers that carried something when the browser asked. */
  readonly carrierHeaders: readonly string[];
}

export interface Probe extends Question {
  readonly id: string;
  readonly baseline: Baseline;
  /** One answer of each kind, for the report. */
  readonly signedIn: Answer;
  readonly anonymous: Answer;
}

/** All that a capture holds and a browser would send with this request. */
export function carriersFor(question: Question, capture: Capture): Carrier[] {
  const cookies = cookiesFor(capture, question.url).map(({ name }): Carrier => ({
    kind: "cookie",
    name,
  }));
  const headers = question.carrierHeaders
    .filter((name) => capture.headers.has(name))
    .map((name): Carrier => ({ kind: "header", name }));
  const known = new Set<string>();
  return [...cookies, ...headers].filter((carrier) => {
    const fresh = !known.has(keyOf(carrier));
    known.add(keyOf(carrier));
    return fresh;
  });
}

/**
 * The request with what the capture holds.
 *
 * @param only these carriers and no others; default: all
 * @param values other values than the captured ones, by `cookie name` or `header name`
 */
export function askWith(
  question: Question,
  capture: Capture | null,
  only?: readonly Carrier[],
  values: ReadonlyMap<string, string> = new Map(),
): Ask {
  const wanted = only === undefined ? null : new Set(only.map(keyOf));
  const chosen = (kind: Carrier["kind"], name: string): boolean =>
    wanted === null || wanted.has(keyOf({ kind, name }));
  const cookies =
    capture === null
      ? []
      : cookiesFor(capture, question.url)
          .filter(({ name }) => chosen("cookie", name))
          .map(({ name, value }) => ({ name, value: values.get(`cookie ${name}`) ?? value }));
  const headers = question.carrierHeaders.flatMap((name): Header[] => {
    const value = values.get(`header ${name}`) ?? capture?.headers.get(name);
    return capture !== null && value !== undefined && chosen("header", name) ? [[name, value]] : [];
  });
  const cookie: Header[] = cookies.length === 0 ? [] : [["cookie", cookieHeader(cookies)]];
  const { method, url, body } = question;
  return {
    method,
    url,
    headers: [...question.headers, ...headers, ...cookie],
    ...(body === undefined ? {} : { body }),
  };
}

export function keyOf({ kind, name }: Carrier): string {
  return `${kind} ${name}`;
}

/** The probe as the artifacts tell it. */
export function factOf(probe: Probe): ProbeFact {
  return {
    id: probe.id,
    method: probe.method,
    url: probe.url,
    kind: probe.kind,
    difference: probe.baseline.difference,
    signedIn: probe.signedIn.id,
    anonymous: probe.anonymous.id,
    cacheControl: headerOf(probe.signedIn.headers, "cache-control"),
  };
}
