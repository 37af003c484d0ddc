/** Checks each setting. Every message goes on where the name of the variable or key stood. */
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import type { Config } from "./config.ts";
import { hasSchemeOf, isServerUrl } from "./server-url.ts";

type Message = (issue: { readonly input?: unknown }) => string;

const is =
  (give: string): Message =>
  ({ input }) =>
    input === undefined ? `is missing; give ${give}` : `is ${JSON.stringify(input)}; give ${give}`;

/** A text that passes a test. */
function text(
  give: string,
  test: (text: string) => boolean,
  error: Message = is(give),
): z.ZodString {
  return z.string({ error }).refine(test, { error });
}

function whole(least: number, most: number): z.ZodNumber {
  const error = is(`a whole number from ${least} to ${most}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
}

function oneOf<const T extends readonly [string, ...string[]]>(
  names: T,
): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(names, { error: is(names.join(", ").replace(/, ([^,]*)$/, " or $1")) });
}

/** A secret is never shown, only how long it is. */
const longSecret = (): z.ZodString =>
  text(
    "",
    (value) => value.length >= 32,
    ({ input }) =>
      `${typeof input === "string" ? `has ${input.length} characters` : "is no text"}; give at ` +
      "least 32 random ones, for example from: openssl rand -base64 32",
  );

const encoding = "with special characters of the password as in encodeURIComponent";

const database = text(
  "",
  (value) =>
    hasSchemeOf("PostgreSQL", value)
      ? isServerUrl("PostgreSQL", value)
      : value !== "" && (!/^[a-z][a-z0-9+.-]+:/i.test(value) || /^file:./i.test(value)),
  () =>
    "names no database; give a SQLite file such as file:./endsession.db, or a URL such as " +
    `postgres://user:password@127.0.0.1:5432/name, ${encoding}`,
);

const redis = text(
  "",
  (value) => isServerUrl("Redis", value),
  () =>
    "is no URL of a Redis; give one such as redis://127.0.0.1:6379 or " +
    `rediss://user:password@redis.example:6379, ${encoding}`,
);

const origin = text("an origin without a path, such as https://app.example", (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value;
});

const proxy = text(
  'addresses or networks such as ["127.0.0.1", "10.0.0.0/8"], in a variable with commas between',
  isNetwork,
);

const page = text("an address in URL-encoded form, such as /login", (value) =>
  /^[\x21-\x7e]+$/.test(value),
);

const list = (give: string): { error: Message } => ({ error: is(`a list of ${give}`) });
const flag = z.boolean({ error: is("true or false") });
const claim = text("a text without spaces", (value) => /^[\x21-\x7e]{1,255}$/.test(value));
const domain = text("a host name such as app.example", (value) =>
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(value),
);

const port = z
  .int({
    error: (issue) =>
      // Kubernetes gives every container such variables of a service of that name.
      String(issue.input).startsWith("tcp://")
        ? `is ${JSON.stringify(issue.input)}, which Kubernetes sets for a service named ` +
          '"endsession"; set enableServiceLinks: false in the pod, or name the service otherwise'
        : is("a whole number from 0 to 65535")(issue),
  })
  .min(0, { error: is("a whole number from 0 to 65535") })
  .max(65_535, { error: is("a whole number from 0 to 65535") });

const scope = z.strictObject(
  { name: claim.exactOptional(), path: page.exactOptional(), domain: domain.exactOptional() },
  { error: is('an object with "name", "path" or "domain"') },
);

const cookies = z.strictObject(
  {
    sameSite: oneOf(["Lax", "Strict", "None"]).default("Lax"),
    domain: domain.nullable().default(null),
    partitioned: flag.default(false),
    previous: z.array(scope, list("scopes")).default([]),
  },
  { error: is("an object") },
);

const pages = z.strictObject(
  {
    signIn: page.default("/login"),
    loggedOut: page.default("/"),
    allowed: z.array(page, list("addresses")).default([]),
  },
  { error: is("an object") },
);

/** The whole configuration, as it is in the file. */
export const schema: z.ZodType<Config> = z.strictObject(
  {
    database: database.default("file:./endsession.db"),
    redis: redis.nullable().default(null),
    secret: longSecret().nullable().default(null),
    serviceToken: longSecret().nullable().default(null),
    origin: origin.nullable().default(null),
    basePath: text("a path such as /auth, without a slash at its end", (value) =>
      /^(?:\/[^/?#\s]+)*$/.test(value),
    ).default(""),
    host: text("an address or a host name, such as 127.0.0.1", (value) =>
      /^[\w.:%-]+$/.test(value),
    ).default("127.0.0.1"),
    port: port.default(8414),
    trustedOrigins: z.array(origin, list("origins")).default([]),
    trustedProxies: z.array(proxy, list("addresses or networks")).default([]),
    logLevel: oneOf(["silent", "error", "warn", "info"]).default("info"),
    shutdownSeconds: whole(0, 600).default(10),
    consistency: oneOf(["strict", "bounded"]).default("strict"),
    leaseMs: whole(200, 60_000).default(2000),
    profile: oneOf(["aal1", "aal2", "aal3", "owasp-high"]).default("aal2"),
    idleSeconds: whole(1, 31_536_000).nullable().default(null),
    absoluteSeconds: whole(1, 31_536_000).nullable().default(null),
    sessionLimit: whole(1, 1000).default(100),
    accessTokenLifetime: whole(1, 3600).default(900),
    algorithm: oneOf(["ES256", "EdDSA", "RS256"]).default("ES256"),
    issuer: claim.nullable().default(null),
    audience: claim.nullable().default(null),
    identityAudience: claim.nullable().default(null),
    refreshGrace: whole(0, 60).default(10),
    refreshIdle: whole(1, 34_560_000).default(1_209_600),
    rememberMeDays: whole(1, 400).default(30),
    freshness: whole(1, 86_400).default(900),
    auditDays: whole(1, 36_500).default(400),
    cookies: cookies.prefault({}),
    pages: pages.prefault({}),
  },
  { error: is("an object of settings") },
);

/** Whether a text is an address, or a network in CIDR form. */
export function isNetwork(value: string): boolean {
  return networkOf(value) !== null;
}

/** The networks as Node tests addresses against them. */
export function blockListOf(networks: readonly string[]): BlockList {
  const all = new BlockList();
  for (const network of networks) {
    const { address, bits, family } = networkOf(network) ?? {};
    if (address !== undefined && bits !== undefined) all.addSubnet(address, bits, family);
  }
  return all;
}

function networkOf(
  value: string,
): { readonly address: string; readonly bits: number; readonly family: "ipv4" | "ipv6" } | null {
  const [address = "", prefix, more] = value.split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || more !== undefined || !/^\d{1,3}$/.test(prefix ?? "0")) return null;
  const bits = prefix === undefined ? most : Number(prefix);
  return bits > most ? null : { address, bits, family: version === 4 ? "ipv4" : "ipv6" };
}
