/** The environment variables, and the keys of the file that they stand for. */

/** How a variable's text is read. */
export type Reading = "text" | "number" | "flag" | "list";

/** One variable. */
export interface Variable {
  readonly name: string;
  /** The key in the file, with a dot between a group and its member. */
  readonly key: string;
  readonly reading: Reading;
  /** Whether `<name>_FILE` may name a file that holds it, and its value is never shown. */
  readonly secret: boolean;
}

function variable(name: string, key: string, reading: Reading = "text", secret = false): Variable {
  return { name: `ENDSESSION_${name}`, key, reading, secret };
}

/** Every variable that is read. */
export const variables: readonly Variable[] = [
  variable("DATABASE", "database", "text", true),
  variable("REDIS", "redis", "text", true),
  variable("SECRET", "secret", "text", true),
  variable("SERVICE_TOKEN", "serviceToken", "text", true),
  variable("ORIGIN", "origin"),
  variable("BASE_PATH", "basePath"),
  variable("HOST", "host"),
  variable("PORT", "port", "number"),
  variable("TRUSTED_ORIGINS", "trustedOrigins", "list"),
  variable("TRUSTED_PROXIES", "trustedProxies", "list"),
  variable("LOG_LEVEL", "logLevel"),
  variable("SHUTDOWN_SECONDS", "shutdownSeconds", "number"),
  variable("CONSISTENCY", "consistency"),
  variable("LEASE_MS", "leaseMs", "number"),
  variable("PROFILE", "profile"),
  variable("IDLE_SECONDS", "idleSeconds", "number"),
  variable("ABSOLUTE_SECONDS", "absoluteSeconds", "number"),
  variable("SESSION_LIMIT", "sessionLimit", "number"),
  variable("ACCESS_TOKEN_LIFETIME", "accessTokenLifetime", "number"),
  variable("ALGORITHM", "algorithm"),
  variable("ISSUER", "issuer"),
  variable("AUDIENCE", "audience"),
  variable("IDENTITY_AUDIENCE", "identityAudience"),
  variable("REFRESH_GRACE", "refreshGrace", "number"),
  variable("REFRESH_IDLE", "refreshIdle", "number"),
  variable("REMEMBER_ME_DAYS", "rememberMeDays", "number"),
  variable("FRESHNESS", "freshness", "number"),
  variable("AUDIT_DAYS", "auditDays", "number"),
  variable("COOKIE_SAME_SITE", "cookies.sameSite"),
  variable("COOKIE_DOMAIN", "cookies.domain"),
  variable("COOKIE_PARTITIONED", "cookies.partitioned", "flag"),
  variable("PAGE_SIGN_IN", "pages.signIn"),
  variable("PAGE_LOGGED_OUT", "pages.loggedOut"),
  variable("PAGES_ALLOWED", "pages.allowed", "list"),
];

/** Names the file, for whatever stands in it. */
export const configVariable = "ENDSESSION_CONFIG";

/** What a variable's text means. What is no number or flag stays text, for the check to refuse. */
export function readText(text: string, reading: Reading): unknown {
  if (reading === "number" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (reading === "flag" && (text === "true" || text === "false")) return text === "true";
  if (reading !== "list") return text;
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
