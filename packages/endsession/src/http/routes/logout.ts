/** `POST /logout`: ends the session of this device, whatever state it is in. */
import { z } from "zod";
import { endByTicket } from "../../core/end-ticket.ts";
import { resolve } from "../../core/resolve.ts";
import type { Answer } from "../answer.ts";
import { address, text } from "../body.ts";
import type { EndScope } from "../../protocol/receipt.ts";
import { endedBody, endedSchema } from "../bodies.ts";
import { deletionCookies, ownDeletions } from "../guard.ts";
import { clearSiteData } from "../clear-site-data.ts";
import { type Exchange, presentedBy, refuseCrossSite } from "../exchange.ts";
import { countRequest, overLimit } from "../limit.ts";
import { endOfDevice, endUserOfCaller } from "../logout-user.ts";
import { Problem } from "../problem.ts";
import { afterLogout, json, seeOther } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";

interface LogoutBody {
  readonly scope?: EndScope | undefined;
  readonly next?: string | undefined;
  /** The end-only ticket of the session that is to end, whatever the request presents. */
  readonly ticket?: string | undefined;
}

const body: z.ZodType<LogoutBody> = z.object({
  scope: z.enum(["current", "others", "all"]).optional(),
  next: address.optional(),
  ticket: text(2048).optional(),
});

export const logout: Route = route<LogoutBody>({
  method: "POST",
  path: "/logout",
  summary: "End the session of this device, in whatever state it is",
  security: "session",
  ends: true,
  limited: true,
  body,
  responses: { 200: { description: "Ended, durably and everywhere", schema: endedSchema } },
  handle,
  withoutBody,
});

async function handle({ exchange, body: fields }: Call<LogoutBody>): Promise<Answer> {
  refuseCrossSite(exchange);
  const { scope, next, ticket } = fields;
  if (scope === "all" || scope === "others") {
    return endUserOfCaller(exchange, { keepCurrent: scope === "others", next });
  }
  if (ticket !== undefined) return endOfTicket(exchange, ticket, next);
  refuseWithoutCredential(exchange);
  const { http, bearer } = exchange;
  const { receipt, userId, recognised } = await endOfDevice(exchange);
  if (bearer !== null && !recognised) throw forged();
  const cookies = ownDeletions(exchange);
  const counted = await countRequest(exchange, userId);
  if (!counted.allowed) {
    throw overLimit(counted, "The session has ended. Too many logouts were sent.", cookies);
  }
  const extras = { cookies, counted, headers: clearSiteData(exchange) };
  if (exchange.wantsPage) return seeOther(afterLogout(exchange, next), extras);
  return json(endedBody("Logout successful", http.core.clock.now(), receipt), extras);
}

/** Whoever else was meant to go, this device was meant to go as well. */
async function withoutBody(exchange: Exchange): Promise<readonly string[]> {
  refuseCrossSite(exchange);
  refuseWithoutCredential(exchange);
  await endOfDevice(exchange);
  return ownDeletions(exchange);
}

/**
 * A logout that could not be sent when it was meant. The cookies of the request are deleted only
 * when they are those of the ticket's session: somebody else may have signed in since.
 */
async function endOfTicket(
  exchange: Exchange,
  ticket: string,
  next: string | undefined,
): Promise<Answer> {
  const { http, tenantId, facts } = exchange;
  const presented = await Promise.all(
    presentedBy(exchange).map((one) => resolve(http.core, tenantId, one)),
  );
  const ended = await endByTicket(http.core, tenantId, ticket, facts.address);
  const counted = await countRequest(exchange, null);
  if (!ended) throw badTicket();
  const own = presented.some((one) => one.outcome === "found" && one.record.id === ended.sessionId);
  const isBrowser = exchange.bearer === null && exchange.fromBrowser;
  const extras = {
    cookies: own && isBrowser ? deletionCookies(exchange) : [],
    counted,
    ...(own && { headers: clearSiteData(exchange) }),
  };
  if (exchange.wantsPage) return seeOther(afterLogout(exchange, next), extras);
  return json(endedBody("Logout successful", http.core.clock.now(), ended.receipt), extras);
}

function badTicket(): Problem {
  return new Problem("invalidToken", {
    detail:
      "The ticket was not issued here, or the session it could end is over. Nothing was ended.",
  });
}

/**
 * A program that presents nothing is told so; a browser never is, since its session may have
 * ended and its cookies must go all the same (standards 2.1).
 */
function refuseWithoutCredential({ bearer, fromBrowser }: Exchange): void {
  if (bearer !== null || fromBrowser) return;
  throw new Problem("unauthenticated", {
    detail: "Present the access token in the header Authorization, or the session cookie.",
    headers: { "www-authenticate": "Bearer" },
  });
}

function forged(): Problem {
  const description = "The access token was not issued here";
  return new Problem("invalidToken", {
    detail: `${description}. Nothing was ended.`,
    headers: {
      "www-authenticate": `Bearer error="invalid_token", error_description="${description}"`,
    },
  });
}
