/** What can be said of the settings alone. */
import { statSync } from "node:fs";
import type { Config } from "../config/config.ts";
import type { ReadConfig } from "../config/read.ts";
import { isPostgres, pathOf } from "../open/database.ts";
import { timeoutsOf } from "../open/options.ts";
import { check, type Finding } from "./finding.ts";

/** Looks at each setting that matters in production. */
export function checkSettings({ config, file }: ReadConfig): Finding[] {
  return [
    serviceToken(config),
    secret(config),
    schemeHeaders(config),
    cookieDomain(config),
    sameSite(config),
    proxies(config),
    origins(config),
    sharedStore(config),
    idleTimeout(config),
    ...[file, isPostgres(config.database) ? null : pathOf(config.database)].flatMap((path) =>
      path === null ? [] : readableBy(path),
    ),
  ];
}

function serviceToken({ serviceToken: token, secret: other }: Config): Finding {
  const { ok, fail } = check("service token");
  const how = "Set ENDSESSION_SERVICE_TOKEN to the output of: openssl rand -base64 32";
  if (token === null) return fail("It is missing, and the service does not start.", how);
  if (token === other) return fail("It is the same as the secret.", how);
  if (new Set(token).size < 10) return fail("It repeats few characters.", how);
  return ok(`It has ${token.length} characters.`);
}

function secret({ secret: text }: Config): Finding {
  const { ok, warn, fail } = check("secret");
  const how = "Set ENDSESSION_SECRET to the output of: openssl rand -base64 32";
  if (text === null) {
    return warn("The signing keys lie open in the database and its backups.", how);
  }
  if (new Set(text).size < 10) return fail("It repeats few characters.", how);
  return ok(`It has ${text.length} characters.`);
}

function schemeHeaders({ origin, trustedProxies }: Config): Finding {
  const { ok, warn, fail } = check("scheme");
  const how = "Set ENDSESSION_ORIGIN to the public https address, such as https://app.example.";
  if (origin !== null) {
    if (origin.startsWith("https:") || isLocal(origin)) return ok(`The origin is ${origin}.`);
    return fail(`The origin is ${origin}: browsers drop Secure cookies there.`, how);
  }
  if (trustedProxies.length > 0) {
    return ok("X-Forwarded-Proto of the trusted proxies tells http from https.");
  }
  return warn("Behind a proxy that ends TLS, every request looks like plain http.", how);
}

function cookieDomain({ cookies: { domain }, origin }: Config): Finding {
  const { ok, warn, fail } = check("cookie domain");
  if (domain === null) return ok("The cookies are for one host only (__Host-).");
  const host = origin === null ? null : new URL(origin).hostname;
  if (host !== null && host !== domain && !host.endsWith(`.${domain}`)) {
    return fail(
      `Browsers refuse cookies with the domain ${domain} from ${host}.`,
      "Set ENDSESSION_COOKIE_DOMAIN to the origin's host or a parent of it, or leave it out.",
    );
  }
  return warn(
    `Every host below ${domain} gets the session cookie, and can set another one.`,
    "Leave ENDSESSION_COOKIE_DOMAIN out unless subdomains must share the session.",
  );
}

function sameSite({ cookies: { sameSite: value }, origin }: Config): Finding {
  const { ok, warn, fail } = check("SameSite");
  if (value !== "None") return ok(`It is ${value}.`);
  const advice = "Set ENDSESSION_ORIGIN to an https address, or ENDSESSION_COOKIE_SAME_SITE=Lax.";
  if (origin?.startsWith("http:"))
    return fail("None needs Secure, and the origin is http.", advice);
  if (origin === null) return warn("None needs Secure, which only https requests get.", advice);
  return ok("It is None, with Secure.");
}

function proxies({ trustedProxies }: Config): Finding {
  const { ok, fail } = check("trusted proxies");
  const all = trustedProxies.find((network) => /\/[0-7]$/.test(network));
  if (all !== undefined) {
    return fail(
      `${all} lets everybody invent an address and a scheme.`,
      "Give the addresses of your proxies in ENDSESSION_TRUSTED_PROXIES.",
    );
  }
  return ok(
    trustedProxies.length === 0 ? "None: no forwarded header counts." : trustedProxies.join(", "),
  );
}

function origins({ trustedOrigins }: Config): Finding {
  const { ok, warn } = check("trusted origins");
  const plain = trustedOrigins.filter((one) => one.startsWith("http:") && !isLocal(one));
  if (plain.length === 0) return ok(trustedOrigins.join(", ") || "None.");
  return warn(
    `Whoever is on the way can put scripts into ${plain.join(", ")}.`,
    "Trust https origins only.",
  );
}

function sharedStore({ database, redis }: Config): Finding {
  const { ok, warn, fail } = check("shared store");
  if (isPostgres(database)) {
    const speed = redis === null ? "; a Redis would make several instances faster" : ", with Redis";
    return ok(`PostgreSQL${speed}.`);
  }
  if (pathOf(database) === ":memory:") {
    return fail("The sessions are gone with the process.", "Set ENDSESSION_DATABASE.");
  }
  return warn(
    "A SQLite file serves the processes of one machine.",
    "For instances on several machines set ENDSESSION_DATABASE=postgres://…",
  );
}

function idleTimeout(config: Config): Finding {
  const { ok, warn } = check("timeouts");
  const { idle, absolute } = timeoutsOf(config);
  const hours = (milliseconds: number): string => `${Math.round(milliseconds / 36_000) / 100} h`;
  if (idle === null) {
    return warn(
      `There is no idle timeout; sessions live ${hours(absolute)}.`,
      "Set ENDSESSION_PROFILE to aal2 or stricter where a device may be left alone.",
    );
  }
  return ok(`${hours(idle)} without activity, ${hours(absolute)} in all.`);
}

function readableBy(path: string): Finding[] {
  const { ok, warn } = check("file mode");
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || process.platform === "win32") return [];
  if ((stat.mode & 0o004) === 0) return [ok(`"${path}" is closed to other users.`)];
  return [warn(`Every user of this machine can read "${path}".`, `Run: chmod o-rwx "${path}"`)];
}

function isLocal(origin: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$/.test(new URL(origin).hostname);
}
