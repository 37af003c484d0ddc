/** The checks, in the order in which they are told. */
import type { Check } from "./check.ts";
import { caching } from "./checks/caching.ts";
import { clearSiteData } from "./checks/clear-site-data.ts";
import { cookieDomain } from "./checks/cookie-domain.ts";
import { cookieFlags } from "./checks/cookie-flags.ts";
import { cookiePrefixes } from "./checks/cookie-prefixes.ts";
import { cookieTwins } from "./checks/cookie-twins.ts";
import { cors } from "./checks/cors.ts";
import { errorDetails } from "./checks/error-details.ts";
import { forwardedProto } from "./checks/forwarded-proto.ts";
import { framing } from "./checks/framing.ts";
import { hostHeader } from "./checks/host-header.ts";
import { hsts } from "./checks/hsts.ts";
import { logoutByGet } from "./checks/logout-by-get.ts";
import { rateLimit } from "./checks/rate-limit.ts";
import { sameSiteNone } from "./checks/same-site-none.ts";
import { scheme } from "./checks/scheme.ts";
import { serviceWorker } from "./checks/service-worker.ts";

export const checks: readonly Check[] = [
  scheme,
  forwardedProto,
  hostHeader,
  hsts,
  cookieFlags,
  sameSiteNone,
  cookiePrefixes,
  cookieDomain,
  cookieTwins,
  logoutByGet,
  cors,
  caching,
  framing,
  clearSiteData,
  serviceWorker,
  errorDetails,
  rateLimit,
];
