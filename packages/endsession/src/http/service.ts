/** The service credential: how a back end in any language proves that it may speak for users. */
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";

/** Throws unless the request carries the service credential (compared in constant time). */
export function requireService(exchange: Exchange): void {
  const { http, bearer, facts } = exchange;
  const { serviceToken } = http.settings;
  if (bearer !== null && serviceToken !== null && http.core.crypto.equal(bearer, serviceToken)) {
    return;
  }
  http.core.logger.warn({ address: facts.address }, "a request without the service credential");
  throw new Problem("unauthenticated", {
    detail: "Present the service credential in the header Authorization: Bearer.",
    headers: { "www-authenticate": "Bearer" },
  });
}
