/** Ends the sessions of the caller's user: all, or all but the caller's. */
import { type Ended, endPresented } from "../core/end.ts";
import { endUser } from "../core/end-user.ts";
import { EndSessionError } from "../core/errors.ts";
import { isFresh } from "../core/reauthenticate.ts";
import { recordOf } from "../core/resolve.ts";
import type { Answer } from "./answer.ts";
import { endedBody } from "./bodies.ts";
import { clearSiteData } from "./clear-site-data.ts";
import { type Exchange, presentedBy } from "./exchange.ts";
import {
  credentialCookies,
  deletionCookies,
  guard,
  type Guarded,
  reauthenticationDemanded,
} from "./guard.ts";
import { countRequest, overLimit } from "./limit.ts";
import { Problem } from "./problem.ts";
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
): Promise<Answer> {
  const { http, bearer, facts, tenantId, refreshInCookie } = exchange;
  const { session } = await guardEnding(exchange, !keepCurrent);
  const { userId } = session;
  if (keepCurrent && !isFresh(http.core, session)) {
    throw reauthenticationDemanded(exchange, "Ending other sessions needs a fresh proof.");
  }
  const counted = await countRequest(exchange, userId, keepCurrent ? "others" : "own");
  if (keepCurrent && !counted.allowed) {
    throw overLimit(counted, "Too many logouts were sent. No session was ended.");
  }
  const ending = endUser(http.core, {
    tenantId,
    userId,
    keep: keepCurrent ? await recordOf(http.core, session) : null,
    keepRequired: keepCurrent,
    reason: keepCurrent ? "logout_others" : "logout_all",
    actor: "user",
    address: facts.address,
  });
  const { receipt, credentials } = await ending.catch((error: unknown) => {
    if (!(error instanceof EndSessionError) || error.code !== "ERR_SESSION_ENDED") throw error;
    throw new Problem("sessionEnded", { detail: error.message });
  });
  const renewed = credentials === null ? [] : credentialCookies(exchange, credentials);
  const stays = keepCurrent || (bearer !== null && !refreshInCookie);
  const cookies = stays ? renewed : deletionCookies(exchange);
  if (!counted.allowed) {
    throw overLimit(counted, "All sessions have ended. Too many logouts were sent.", cookies);
  }
  const extras = { cookies, counted, ...(!keepCurrent && { headers: clearSiteData(exchange) }) };
  if (exchange.wantsPage) {
    const { signedIn } = http.settings.pages;
    const page = keepCurrent ? localPath(exchange, next, signedIn) : afterLogout(exchange, next);
    return seeOther(page, extras);
  }
  const message = keepCurrent ? "Logged out from all other devices" : "Logged out from all devices";
  return json(
    endedBody(message, http.core.clock.now(), receipt, credentials, refreshInCookie),
    extras,
  );
}

/** Ends what the device presents, by the one transport that counts. */
export function endOfDevice(exchange: Exchange): Promise<Ended> {
  const { http, tenantId, bearer, facts, rememberMeTokens, refreshTokens } = exchange;
  return endPresented(http.core, {
    tenantId,
    presented: presentedBy(exchange),
    refreshTokens,
    rememberMeTokens: bearer === null ? rememberMeTokens : [],
    reason: "logout",
    actor: "user",
    address: facts.address,
  });
}

/**
 * The live session whose user is meant. Without one it is not known whose sessions to end, and
 * that is said; but what the browser still presents, a remembered device, ends all the same.
 */
async function guardEnding(exchange: Exchange, allowStale: boolean): Promise<Guarded> {
  try {
    return await guard(exchange, { remember: false, allowStale, fresh: true });
  } catch (error) {
    const over = error instanceof Problem && error.kind !== "reauthRequired";
    // Who wants to stay signed in must not be signed out by a second click.
    const wantsToStay = !allowStale;
    if (!over || wantsToStay || exchange.bearer !== null || !exchange.fromBrowser) throw error;
    await endOfDevice(exchange);
    throw new Problem(error.kind, {
      ...error.details,
      detail:
        "This device is logged out, and its session had ended before. Sessions on other devices " +
        "are untouched: sign in to end them.",
      cookies: deletionCookies(exchange),
      mustBeRead: true,
    });
  }
}
