/** The settings of the HTTP surface, and what they come to. */
import type { Accelerator } from "../core/accelerator.ts";
import { EndSessionError } from "../core/errors.ts";
import {
  checkCookieOptions,
  type CookieDefinition,
  type CookieOptions,
  defineCookie,
} from "./cookie.ts";
import type { ClearSiteDataOptions } from "./clear-site-data.ts";
import { type EventsOptions, Places } from "./places.ts";
import { createRateLimit, type RateLimit, type RateLimitOptions } from "./rate-limit.ts";

/** Whose password is to be checked: a person who signs in, or one who proves it anew. */
export interface PasswordClaim {
  /** The name or e-mail address that was typed; null when `userId` is known. */
  readonly identifier: string | null;
  /** The user who is signed in already; null at sign-in. */
  readonly userId: string | null;
  readonly tenantId: string;
  readonly password: string;
}

/**
 * The application's check of a password. Gives the user's id, or null when name and password do
 * not fit. Should take as long for an unknown name as for a wrong password.
 */
export type VerifyPassword = (claim: PasswordClaim) => Promise<{ userId: string } | null>;

/** The pages that people are sent to, as paths of the application. */
export interface Pages {
  /** The sign-in page (default `/login`). */
  readonly signIn?: string;
  /** After a sign-in (default `/`). */
  readonly signedIn?: string;
  /** After a logout (default `/`). */
  readonly loggedOut?: string;
  /** Where a person proves anew who they are (default the sign-in page). */
  readonly reauthenticate?: string;
  /** Other addresses that a logout's `next` may name, compared exactly (LO-08). */
  readonly allowed?: readonly string[];
}

/** The head of a request. A fetch `Request` is one; adapters give a lighter one. */
export interface RequestHead {
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** The settings of the HTTP surface. */
export interface HttpOptions {
  /**
   * The public origin, such as `https://app.example`. Needed behind a proxy that ends TLS;
   * otherwise taken from each request.
   */
  readonly origin?: string;
  /** Path under which the routes are mounted (default none). */
  readonly basePath?: string;
  /** Checks passwords. Without it there is no `POST /login`, `/token` password grant or `/reauthenticate`. */
  readonly verifyPassword?: VerifyPassword;
  /** The credential of back ends, at least 32 characters. Without it those routes do not exist. */
  readonly serviceToken?: string;
  /** The tenant of a request (default always `default`). */
  readonly tenant?: (request: RequestHead) => string;
  /**
   * The client's address, for a proxy's header that can be trusted (default the address of the
   * connection; forwarded headers are not believed).
   */
  readonly clientAddress?: (request: RequestHead, connection: string | null) => string | null;
  /** Called after a "this wasn't me" link was used: the place to demand a new password. */
  readonly onNotMe?: (user: { tenantId: string; userId: string }) => void | Promise<void>;
  readonly cookies?: CookieOptions;
  readonly pages?: Pages;
  /** Other origins whose pages may call the routes with credentials (CORS, exact). */
  readonly trustedOrigins?: readonly string[];
  /** What a logout may clear in the browser, besides its own cookies. */
  readonly clearSiteData?: ClearSiteDataOptions;
  /** How many event streams may be open at once. */
  readonly events?: EventsOptions;
  /** The limit of the logout routes (default 20 in 300 s per user). */
  readonly rateLimit?: RateLimitOptions;
}

/** The cookies of ours. */
export interface Cookies {
  readonly session: CookieDefinition;
  readonly rememberMe: CookieDefinition;
  readonly refresh: CookieDefinition;
}

/** {@link HttpOptions} with defaults. */
export interface HttpSettings {
  readonly origin: URL | null;
  readonly basePath: string;
  readonly verifyPassword: VerifyPassword | null;
  readonly serviceToken: string | null;
  readonly tenant: (request: RequestHead) => string;
  readonly clientAddress: NonNullable<HttpOptions["clientAddress"]>;
  readonly onNotMe: NonNullable<HttpOptions["onNotMe"]>;
  readonly cookies: CookieOptions;
  /** Both cookies, over https and over plain http. */
  readonly cookiesOver: Readonly<Record<"https" | "http", Cookies>>;
  readonly pages: Required<Pages>;
  readonly trustedOrigins: readonly string[];
  readonly clearSiteData: ClearSiteDataOptions;
  readonly places: Places;
  readonly rateLimit: RateLimit;
}

/** Fills in the defaults. Throws `ERR_SETTING_INVALID`, naming the setting. */
export function httpSettingsOf(
  options: HttpOptions,
  defaultTenant: string,
  accelerator?: Accelerator,
): HttpSettings {
  const cookies = options.cookies ?? {};
  checkCookieOptions(cookies);
  const { serviceToken } = options;
  if (serviceToken !== undefined && serviceToken.length < 32) {
    throw invalid(`"serviceToken" has ${serviceToken.length} characters; give 32 random ones`);
  }
  const basePath = options.basePath ?? "";
  if (!/^(?:\/[^/?#\s]+)*$/.test(basePath)) {
    throw invalid(
      `"basePath" is "${basePath}"; give a path such as /auth, without a slash at its end`,
    );
  }
  return {
    origin: options.origin === undefined ? null : originOf("origin", options.origin),
    basePath,
    verifyPassword: options.verifyPassword ?? null,
    serviceToken: serviceToken ?? null,
    tenant: options.tenant ?? (() => defaultTenant),
    clientAddress: options.clientAddress ?? ((_, connection) => connection),
    onNotMe: options.onNotMe ?? (() => undefined),
    cookies,
    cookiesOver: { https: cookiesOf(true, cookies), http: cookiesOf(false, cookies) },
    pages: pagesOf(options.pages ?? {}),
    trustedOrigins: (options.trustedOrigins ?? []).map(
      (origin) => originOf("trustedOrigins", origin).origin,
    ),
    clearSiteData: options.clearSiteData ?? {},
    places: new Places(options.events ?? {}),
    rateLimit: createRateLimit(options.rateLimit ?? {}, accelerator),
  };
}

function cookiesOf(secure: boolean, options: CookieOptions): Cookies {
  return {
    session: defineCookie("session", secure, options),
    rememberMe: defineCookie("remember_me", secure, options),
    // No link leads to where it is used.
    refresh: defineCookie("refresh", secure, { sameSite: "Strict", ...options }),
  };
}

function pagesOf(pages: Pages): Required<Pages> {
  const { signIn = "/login", signedIn = "/", loggedOut = "/", allowed = [] } = pages;
  const { reauthenticate = signIn } = pages;
  for (const page of [signIn, signedIn, loggedOut, reauthenticate, ...allowed]) {
    if (!/^[\x21-\x7e]+$/.test(page)) {
      throw invalid(`"pages" holds ${JSON.stringify(page)}; give addresses in URL-encoded form`);
    }
  }
  return { signIn, signedIn, loggedOut, reauthenticate, allowed };
}

function originOf(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
  if (url !== null && isOrigin) return url;
  throw invalid(`"${name}" is "${text}"; give an origin such as https://app.example`);
}

function invalid(sentence: string): EndSessionError {
  return new EndSessionError("ERR_SETTING_INVALID", `The setting ${sentence}.`);
}
