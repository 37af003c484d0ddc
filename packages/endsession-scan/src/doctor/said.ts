/** Sentences about what was seen: addresses and cookies without anything that signs in. */
import type { Answer } from "../http/answer.ts";
import type { SetCookie } from "../http/cookies.ts";
import { oneLine } from "../plain-text.ts";

/** The path of an address, with `?…` for a query. */
export function pathOf(url: string): string {
  if (!URL.canParse(url)) return oneLine(url, 80);
  const { pathname, search } = new URL(url);
  return oneLine(`${pathname}${search === "" ? "" : "?…"}`, 80);
}

export function where(answer: Answer): string {
  return `${answer.ask.method} ${pathOf(answer.ask.url)}`;
}

/** The name only: a value may sign in. */
export function nameOf(cookie: SetCookie): string {
  return oneLine(cookie.name, 60);
}

/** A name that suggests a session, and not a token against cross-site requests. */
export function looksLikeSession(cookie: SetCookie): boolean {
  return (
    /sess|sid\b|_sid|auth|token|jwt|login|remember/iu.test(cookie.name) &&
    !/csrf|xsrf|consent|analytics|^_g/iu.test(cookie.name)
  );
}
