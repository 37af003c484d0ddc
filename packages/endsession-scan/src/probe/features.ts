/**
 * An answer as a set of features that can be compared: what a reader would see of it, without what
 * changes from one answer to the next.
 */
import type { Answer } from "../http/answer.ts";
import { headerOf, redirectOf } from "../http/answer.ts";
import { piecesOf, withoutUnseen } from "./visible.ts";

export interface Features {
  readonly status: number;
  /** Origin and path of a redirect. */
  readonly redirect: string | null;
  readonly content: ReadonlySet<string>;
  /** A field for a password is on the page. */
  readonly asksPassword: boolean;
}

export function featuresOf(answer: Answer): Features {
  const redirect = redirectOf(answer);
  const type = headerOf(answer.headers, "content-type") ?? "";
  const content = type.includes("json") ? ofJson(answer.body) : ofText(answer.body);
  return {
    status: answer.status,
    redirect: redirect === null ? null : pathOf(redirect),
    content,
    asksPassword: piecesOf(answer.body).tags.some((tag) =>
      /^<input\b[^]*\btype\s*=\s*["']?password/iu.test(tag),
    ),
  };
}

function pathOf(address: string): string {
  const { origin, pathname } = new URL(address);
  // Java's servers put the session into the path.
  return `${origin}${pathname.replace(/;jsessionid=[^/]*/iu, "")}`;
}

/** Lines of text, where links lead, and where forms are sent. */
function ofText(body: string): Set<string> {
  const features = new Set<string>();
  const page = withoutUnseen(body);
  for (const [, name = "", value = ""] of page.matchAll(
    /\s(href|action)\s*=\s*["']?([^"'\s>]+)/giu,
  )) {
    add(features, `${name.toLowerCase()} ${value.split(/[?#]/u)[0] ?? ""}`);
  }
  for (const text of piecesOf(page).texts) for (const line of text.split("\n")) add(features, line);
  return features;
}

function ofJson(body: string): Set<string> {
  const features = new Set<string>();
  try {
    walk(JSON.parse(body), "", features);
  } catch {
    return ofText(body);
  }
  return features;
}

function walk(value: unknown, path: string, features: Set<string>): void {
  if (features.size > 2000) return;
  if (Array.isArray(value)) {
    for (const item of value) walk(item, `${path}[]`, features);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`, features);
  } else {
    add(features, `${path}=${String(value)}`);
  }
}

/** Digits become one sign, so that clocks and counters do not count; random values are left out. */
function add(features: Set<string>, text: string): void {
  const normal = text.replaceAll(/\s+/gu, " ").trim().replaceAll(/\d+/gu, "#");
  if (normal === "" || /[\w+/=-]{24,}/u.test(normal)) return;
  features.add(normal.slice(0, 200));
}
