/** What the service and the operator's command line run with. */
import type { CookieScope, ProfileName } from "endsession";

/** Every setting, with its default filled in. {@link variables} names the environment variables. */
export interface Config {
  /** The SQLite file, or the URL of a PostgreSQL database (default `file:./endsession.db`). */
  readonly database: string;
  /** The URL of a Redis that makes several instances faster; null for none (default). */
  readonly redis: string | null;
  /** Seals the signing keys at rest, at least 32 characters; null for none (default). */
  readonly secret: string | null;
  /** The credential of back ends, at least 32 characters. The service does not start without it. */
  readonly serviceToken: string | null;
  /** The public origin, such as `https://app.example`; null takes it from each request (default). */
  readonly origin: string | null;
  /** The path below which the routes are (default none). */
  readonly basePath: string;
  /** The address to listen on (default `127.0.0.1`). */
  readonly host: string;
  /** The TCP port (default 8414); 0 lets the system choose one. */
  readonly port: number;
  /** Other origins whose pages may call the routes with credentials (default none). */
  readonly trustedOrigins: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` and `-Proto` are believed (default none). */
  readonly trustedProxies: readonly string[];
  /** The least that is logged (default `info`, which holds one line for each request). */
  readonly logLevel: LogLevel;
  /** How long requests may go on after SIGTERM, in seconds (default 10). */
  readonly shutdownSeconds: number;
  /** Whether an end is answered when every instance knows of it, or at its commit. */
  readonly consistency: "strict" | "bounded";
  /** How long an instance may answer from memory, in milliseconds (default 2000). */
  readonly leaseMs: number;
  /** The timeouts by name (default `aal2`). */
  readonly profile: ProfileName;
  /** Overrides the profile's idle timeout, in seconds; null keeps it (default). */
  readonly idleSeconds: number | null;
  /** Overrides the profile's absolute timeout, in seconds; null keeps it (default). */
  readonly absoluteSeconds: number | null;
  /** How many sessions a user may have (default 100). */
  readonly sessionLimit: number;
  /** Life of an access token in seconds (default 900). */
  readonly accessTokenLifetime: number;
  /** JWS algorithm of access tokens (default `ES256`). */
  readonly algorithm: "ES256" | "EdDSA" | "RS256";
  /** The claim `iss`; null takes the origin, else `endsession` (default). */
  readonly issuer: string | null;
  /** The claim `aud`; null takes the issuer (default). */
  readonly audience: string | null;
  /** The claim `aud` of the signed identity of `/verify`; null signs none (default). */
  readonly identityAudience: string | null;
  /** How long a spent token is repeated, in seconds (default 10). */
  readonly refreshGrace: number;
  /** How long a refresh token lives unused, in seconds (default 14 days). */
  readonly refreshIdle: number;
  /** How long a device is remembered, in days (default 30). */
  readonly rememberMeDays: number;
  /** How old a proof of identity may be to end other sessions, in seconds (default 900). */
  readonly freshness: number;
  /** How long audit records are kept, in days (default 400). */
  readonly auditDays: number;
  readonly cookies: {
    /** `SameSite` (default `Lax`). */
    readonly sameSite: "Lax" | "Strict" | "None";
    /** `Domain`; null for this host only (default). */
    readonly domain: string | null;
    /** Whether to set `Partitioned` (default false). */
    readonly partitioned: boolean;
    /** Scopes that earlier versions used; only in the file (default none). */
    readonly previous: readonly CookieScope[];
  };
  /** Pages of the application that people are sent to after a form. */
  readonly pages: {
    /** The sign-in page (default `/login`). */
    readonly signIn: string;
    /** After a logout (default `/`). */
    readonly loggedOut: string;
    /** Other addresses that a logout's `next` may name (default none). */
    readonly allowed: readonly string[];
  };
}

/** How much is logged, from the least to the most. */
export type LogLevel = "silent" | "error" | "warn" | "info";

/** Settings that cannot be used; its message has a sentence a line, each naming its setting. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
}

/** A setting that is right by itself, and of no use here: no server answers, a port is taken. */
export class UnusableError extends ConfigError {
  override readonly name: string = "UnusableError";
}
