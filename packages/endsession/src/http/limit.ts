/** Counts a request against the limit of the logout routes. */
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import { type Counted, networkOf } from "./rate-limit.ts";

/** Counts by the user whose credential was found, else by the network of the address (RL-04). */
export function countRequest(exchange: Exchange, userId: string | null): Promise<Counted> {
  const { http, tenantId, facts } = exchange;
  const key =
    userId === null ? `network ${networkOf(facts.address)}` : `user ${tenantId} ${userId}`;
  return http.settings.rateLimit.count(key);
}

/** The refusal of a request beyond the limit (RL-03, RL-06). `detail` says what was done. */
export function overLimit(
  counted: Counted,
  detail: string,
  cookies: readonly string[] = [],
): Problem {
  return new Problem("quotaExceeded", {
    detail,
    headers: counted.headers,
    cookies,
    members: { "violated-policies": ["logout"] },
  });
}
