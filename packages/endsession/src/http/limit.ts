/** Counts a request against the limit of the logout routes. */
import { userKey } from "../core/user-key.ts";
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import { type Counted, networkOf, networkPrefix } from "./rate-limit.ts";

/**
 * Counts by the user whose credential was found, else by the network of the address (RL-04). The
 * acts that end `others` are counted by themselves: they need a live session with a fresh proof,
 * and whoever burns the limit of logouts with a dead cookie must not stand in their way.
 */
export function countRequest(
  exchange: Exchange,
  userId: string | null,
  what: "own" | "others" = "own",
): Promise<Counted> {
  return exchange.http.settings.rateLimit.count(keyOf(exchange, userId, what));
}

/** Where the limit of ending others stands for a user, without counting. */
export function lookAtLimit(exchange: Exchange, userId: string): Promise<Counted> {
  return exchange.http.settings.rateLimit.look(keyOf(exchange, userId, "others"));
}

function keyOf(
  { tenantId, facts }: Exchange,
  userId: string | null,
  what: "own" | "others",
): string {
  return userId === null
    ? networkPrefix + networkOf(facts.address)
    : `${what} ${userKey(tenantId, userId)}`;
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
