/** The settings as the library takes them. */
import { type EndSessionOptions, profiles, type Timeouts } from "endsession";
import type { Config } from "../config/config.ts";

/** What follows from the settings alone; the store and the logger are the caller's. */
export function libraryOptions(config: Config): Omit<EndSessionOptions, "store"> {
  const { origin, secret, serviceToken, issuer, audience, identityAudience, cookies } = config;
  const { domain, ...restOfCookies } = cookies;
  return {
    consistency: config.consistency,
    lease: { bound: config.leaseMs },
    profile: timeoutsOf(config),
    sessionLimit: config.sessionLimit,
    accessTokenLifetime: config.accessTokenLifetime,
    algorithm: config.algorithm,
    refreshGrace: config.refreshGrace,
    refreshIdle: config.refreshIdle,
    rememberMeDays: config.rememberMeDays,
    freshness: config.freshness,
    auditDays: config.auditDays,
    basePath: config.basePath,
    trustedOrigins: config.trustedOrigins,
    pages: config.pages,
    cookies: { ...restOfCookies, ...(domain === null ? {} : { domain }) },
    ...(origin === null ? {} : { origin }),
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
    ...(identityAudience === null ? {} : { identityAudience }),
    ...(secret === null ? {} : { secret }),
    ...(serviceToken === null ? {} : { serviceToken }),
  };
}

/** The profile's timeouts, unless they are overridden. */
export function timeoutsOf({ profile, idleSeconds, absoluteSeconds }: Config): Timeouts {
  const { idle, absolute } = profiles[profile];
  return {
    idle: idleSeconds === null ? idle : idleSeconds * 1000,
    absolute: absoluteSeconds === null ? absolute : absoluteSeconds * 1000,
  };
}
