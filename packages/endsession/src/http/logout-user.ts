/** Ends the sessions of the caller's user: all, or all but the caller's. */
import { endUser } from "../core/end-user.ts";
import { isFresh } from "../core/reauthenticate.ts";
import { endedBody } from "./bodies.ts";
import type { Exchange } from "./exchange.ts";
import { credentialCookies, deletionCookies, guard, reauthenticationDemanded } from "./guard.ts";
import { countRequest, overLimit } from "./limit.ts";
import { afterLogout, json, localPath, seeOther } from "./respond.ts";

/** What the caller asks for. */
export interface LogoutUserOptions {
  /** Whether the caller's session goes on, under a new id. */
  readonly keepCurrent: boolean;
  /** Where a browser's form leads. */
  readonly next?: string | undefined;
}

/**
 * Ending all needs no fresh proof: it leaves nobody signed in, a thief included. Ending the
 * others does, or a thief could lock the owner out (standards 2.18).
 */
export async function endUserOfCaller(
  exchange: Exchange,
  { keepCurrent, next }: LogoutUserOptions,
): Promise<Response> {
  const { http, bearer, facts, tenantId } = exchange;
  const { session, record } = await guard(exchange, { remember: false, allowStale: !keepCurrent });
  const { userId } = session;
  if (keepCurrent && !isFresh(http.core, record)) {
    throw reauthenticationDemanded(exchange, "Ending other sessions needs a fresh proof.");
  }
  const counted = await countRequest(exchange, userId);
  if (keepCurrent && !counted.allowed) {
    throw overLimit(counted, "Too many logouts were sent. No session was ended.");
  }
  const { receipt, credentials } = await endUser(http.core, {
    tenantId,
    userId,
    keep: keepCurrent ? record : null,
    reason: keepCurrent ? "logout_others" : "logout_all",
    actor: "user",
    address: facts.address,
  });
  const renewed = credentials === null ? [] : credentialCookies(exchange, credentials);
  const cookies = bearer !== null || keepCurrent ? renewed : deletionCookies(exchange);
  if (!counted.allowed) {
    throw overLimit(counted, "All sessions have ended. Too many logouts were sent.", cookies);
  }
  const extras = { cookies, counted };
  if (exchange.wantsPage) {
    const { signedIn } = http.settings.pages;
    const page = keepCurrent ? localPath(exchange, next, signedIn) : afterLogout(exchange, next);
    return seeOther(page, extras);
  }
  const message = keepCurrent ? "Logged out from all other devices" : "Logged out from all devices";
  return json(endedBody(message, http.core.clock.now(), receipt, credentials), extras);
}
