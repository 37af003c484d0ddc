/** The settings of the demo, read from environment variables and checked before anything starts. */
import { randomBytes } from "node:crypto";
import { hasSchemeOf, isServerUrl } from "./server-url.ts";

/** What the demo runs with. */
export interface Config {
  /** The TCP port; 0 lets the system choose one. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** The SQLite file, or the URL of a PostgreSQL database. */
  readonly database: string;
  /** The URL of a Redis; null for none. */
  readonly redis: string | null;
  /** Whether an end is answered when every instance knows of it, or at its commit. */
  readonly consistency: "strict" | "bounded";
  /** How long an instance may answer from memory, in milliseconds. */
  readonly lease: number;
  /** Seals the signing keys at rest; null for none. */
  readonly secret: string | null;
  /** The credential of back ends. */
  readonly serviceToken: string;
  /** Whether {@link Config.serviceToken} was made up here, and so must be shown once. */
  readonly serviceTokenIsNew: boolean;
  /** The public origin behind a proxy; null when requests arrive directly. */
  readonly origin: string | null;
}

/** A setting that cannot be used; its message is a sentence that names the variable. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
}

const leastSecretLength = 32;

/** Reads the settings from an environment. Throws {@link ConfigError} on the first wrong one. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = (name: string): string | null => env[name] || null;
  const serviceToken = longEnough("ENDSESSION_SERVICE_TOKEN", given("ENDSESSION_SERVICE_TOKEN"));
  return {
    port: portOf(given("PORT") ?? "3000"),
    host: hostOf(given("HOST") ?? "127.0.0.1"),
    database: databaseOf(given("ENDSESSION_DATABASE") ?? "file:endsession-demo.db"),
    redis: redisOf(given("ENDSESSION_REDIS")),
    consistency: consistencyOf(given("ENDSESSION_CONSISTENCY") ?? "strict"),
    lease: leaseOf(given("ENDSESSION_LEASE_MS") ?? "2000"),
    secret: longEnough("ENDSESSION_SECRET", given("ENDSESSION_SECRET")),
    serviceToken: serviceToken ?? randomBytes(32).toString("base64url"),
    serviceTokenIsNew: serviceToken === null,
    origin: originOf(given("ENDSESSION_ORIGIN")),
  };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new ConfigError(`PORT is "${text}"; give a whole number from 0 to 65535.`);
}

function hostOf(text: string): string {
  if (/^[\w.:%-]+$/.test(text)) return text;
  throw new ConfigError(`HOST is "${text}"; give an address or a host name, such as 127.0.0.1.`);
}

function databaseOf(text: string): string {
  if (hasSchemeOf("PostgreSQL", text)) {
    if (isServerUrl("PostgreSQL", text)) return text;
    throw new ConfigError(
      "ENDSESSION_DATABASE is no URL of a PostgreSQL database; give one such as " +
        `postgres://user:password@127.0.0.1:5432/demo, ${encodingAdvice}.`,
    );
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !/^file:./i.test(text)) {
    throw new ConfigError(
      `ENDSESSION_DATABASE is of the kind "${text.slice(0, text.indexOf(":"))}:"; ` +
        "give a SQLite file, such as file:endsession-demo.db, or a URL such as " +
        "postgres://user:password@127.0.0.1:5432/demo.",
    );
  }
  return text;
}

function redisOf(text: string | null): string | null {
  if (text === null || isServerUrl("Redis", text)) return text;
  throw new ConfigError(
    "ENDSESSION_REDIS is no URL of a Redis; give one such as redis://127.0.0.1:6379 or " +
      `rediss://user:password@redis.example:6379, ${encodingAdvice}.`,
  );
}

const encodingAdvice = "with special characters of the password as in encodeURIComponent";

function consistencyOf(text: string): "strict" | "bounded" {
  if (text === "strict" || text === "bounded") return text;
  throw new ConfigError(`ENDSESSION_CONSISTENCY is "${text}"; give strict or bounded.`);
}

function leaseOf(text: string): number {
  const lease = /^\d{3,5}$/.test(text) ? Number(text) : 0;
  if (lease >= 200 && lease <= 60_000) return lease;
  throw new ConfigError(
    `ENDSESSION_LEASE_MS is "${text}"; give a whole number of milliseconds from 200 to 60000.`,
  );
}

function longEnough(name: string, value: string | null): string | null {
  if (value === null || value.length >= leastSecretLength) return value;
  throw new ConfigError(
    `${name} has ${value.length} characters; give at least ${leastSecretLength} random ones, ` +
      "for example from: openssl rand -base64 32",
  );
}

function originOf(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.origin === text) return text;
  throw new ConfigError(
    `ENDSESSION_ORIGIN is "${text}"; give an origin without a path, such as https://demo.example.`,
  );
}
