/** Where credentials are captured from, described by what is used of it: no test tool is imported. */
import { parseSetCookie } from "../http/cookies.ts";
import { ScanError } from "../scan-error.ts";
import type { Held, HeldCookie } from "./held.ts";

/** A cookie of Playwright, supertest, or written by hand. */
export interface CookieLike {
  readonly name: string;
  /** As it is sent: encoded, if the application encodes it. */
  readonly value: string;
  /** With a leading dot it includes subdomains. Default: the host of each probe. */
  readonly domain?: string;
  /** Default: `/`. */
  readonly path?: string;
  /** Sent over https and to this machine only. Default: false. */
  readonly secure?: boolean;
}

/** A `BrowserContext` of Playwright. */
export interface ContextLike {
  cookies(): Promise<readonly CookieLike[]>;
  pages?(): readonly { url(): string }[];
  addCookies?(cookies: readonly CookieLike[]): Promise<unknown>;
}

/** A `Page` of Playwright. */
export interface PageLike {
  context(): ContextLike;
  url(): string;
}

/** The `Headers` of `fetch`. */
export interface SetCookieLike {
  getSetCookie(): string[];
}

/** The answer to a sign-in, of `fetch`, supertest, axios, undici or `node:http`. */
export interface AnswerLike {
  readonly headers: SetCookieLike | Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly statusCode?: number;
  /** Where it came from; relative probes are relative to it. */
  readonly url?: string;
  /** supertest has the address here. */
  readonly request?: { readonly url?: string };
}

/** What authenticates, written out. */
export interface Credentials {
  /** A `Cookie` header, or cookies one by one; strings in a list may be `Set-Cookie` lines. */
  readonly cookies?: string | readonly (string | CookieLike)[];
  /** Headers that authenticate, such as `authorization`. A stranger's request is sent without. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whatever holds credentials. */
export type From = PageLike | ContextLike | AnswerLike | SetCookieLike | Credentials;

/** What was found in it. */
export interface Source {
  readonly held: Held;
  /** What relative addresses may be relative to, or `null`. */
  readonly base: string | null;
  /** Gives the browser a cookie that the application has replaced, or `null`. */
  readonly giveBack: ((cookie: CookieLike) => Promise<unknown>) | null;
}

/** @throws ScanError of kind `usage` when nothing that could authenticate is in it */
export async function read(from: From): Promise<Source> {
  const source = await sourceOf(from);
  if (source.held.cookies.length === 0 && source.held.headers.size === 0) {
    const lost = isAnswer(from)
      ? 'The answer sets no cookie; where fetch has followed a redirect, the answer that set it is lost: sign in with { redirect: "manual" }.'
      : "There are no cookies and no headers. Capture after the sign-in has been answered.";
    throw new ScanError("usage", `Nothing was captured. ${lost}`);
  }
  return source;
}

async function sourceOf(from: From): Promise<Source> {
  if (has(from, "context")) return ofContext(from.context(), from.url());
  if (has(from, "cookies")) return ofContext(from, from.pages?.()[0]?.url() ?? null);
  if (has(from, "getSetCookie")) return ofLines(from.getSetCookie(), null);
  if (isAnswer(from)) return ofLines(setCookieLines(from), from.url || from.request?.url || null);
  if (isCredentials(from)) {
    const headers = Object.entries(from.headers ?? {});
    return {
      held: {
        cookies: ofWritten(from.cookies ?? []),
        headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
      },
      base: null,
      giveBack: null,
    };
  }
  throw new ScanError(
    "usage",
    "capture() takes a Playwright context or page, an answer or its headers, or { cookies, headers }.",
  );
}

async function ofContext(context: ContextLike, address: string | null): Promise<Source> {
  return {
    held: { cookies: (await context.cookies()).map(ofCookie), headers: new Map() },
    base: address,
    giveBack: async (cookie) => context.addCookies?.([cookie]),
  };
}

function ofLines(lines: readonly string[], address: string | null): Source {
  const base = address !== null && URL.canParse(address) ? address : null;
  const cookies = lines.flatMap((line) => ofLine(line, base));
  return { held: { cookies, headers: new Map() }, base, giveBack: null };
}

/** A `Set-Cookie` line, with the defaults of RFC 6265, section 5.3. */
function ofLine(line: string, base: string | null): HeldCookie[] {
  const cookie = parseSetCookie(line);
  if (cookie === null || cookie.deletes) return [];
  const { name, value, attributes } = cookie;
  const domain = attributes.get("domain")?.replace(/^\.?/u, ".");
  const path = attributes.get("path");
  const host = base === null ? {} : { domain: new URL(base).hostname };
  const folder = base === null ? "/" : new URL(base).pathname.replace(/\/[^/]*$/u, "") || "/";
  return [
    ofCookie({
      name,
      value,
      ...(domain === undefined || domain === "." ? host : { domain }),
      path: path?.startsWith("/") === true ? path : folder,
      secure: attributes.has("secure"),
    }),
  ];
}

const attribute =
  /;\s*(?:path|domain|expires|max-age|samesite)\s*=|;\s*(?:httponly|secure)\s*(?:;|$)/iu;

function ofWritten(cookies: NonNullable<Credentials["cookies"]>): HeldCookie[] {
  if (typeof cookies === "string") {
    const parts = attribute.test(cookies) ? [cookies] : cookies.split(";");
    return parts.flatMap((part) => ofLine(part, null));
  }
  return cookies.flatMap((cookie) =>
    typeof cookie === "string" ? ofLine(cookie, null) : [ofCookie(cookie)],
  );
}

function ofCookie(origin: CookieLike): HeldCookie {
  const { name, value, domain, path, secure } = origin;
  return {
    name,
    value,
    domain: domain || null,
    path: path || "/",
    secure: secure ?? false,
    origin,
  };
}

function setCookieLines({ headers }: AnswerLike): string[] {
  if (has(headers, "getSetCookie")) return headers.getSetCookie();
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "set-cookie");
  return [found?.[1]].flat().filter((line) => typeof line === "string");
}

function isAnswer(from: object): from is AnswerLike {
  if (!("headers" in from) || typeof from.headers !== "object" || from.headers === null) {
    return false;
  }
  return (
    has(from.headers, "getSetCookie") ||
    Object.keys(from.headers).some((name) => name.toLowerCase() === "set-cookie") ||
    "status" in from ||
    "statusCode" in from
  );
}

function isCredentials(from: object): from is Credentials {
  return (
    ("cookies" in from && (typeof from.cookies === "string" || Array.isArray(from.cookies))) ||
    ("headers" in from && typeof from.headers === "object" && from.headers !== null)
  );
}

/** Whether it has that method; a value of that name is none. */
function has<Thing extends object, Name extends string>(
  thing: Thing,
  name: Name,
): thing is Extract<Thing, Record<Name, (...args: never[]) => unknown>> {
  return typeof (thing as Readonly<Record<string, unknown>>)[name] === "function";
}
