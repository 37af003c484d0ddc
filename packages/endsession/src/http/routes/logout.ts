/** `POST /logout`: ends the session of this device, whatever state it is in. */
import { z } from "zod";
import { address } from "../body.ts";
import type { EndScope } from "../../protocol/receipt.ts";
import { endedBody, endedSchema } from "../bodies.ts";
import { deletionCookies } from "../guard.ts";
import { type Exchange, refuseCrossSite } from "../exchange.ts";
import { countRequest, overLimit } from "../limit.ts";
import { endOfDevice, endUserOfCaller } from "../logout-user.ts";
import { Problem } from "../problem.ts";
import { afterLogout, json, seeOther } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";

interface LogoutBody {
  readonly scope?: EndScope | undefined;
  readonly next?: string | undefined;
}

const body: z.ZodType<LogoutBody> = z.object({
  scope: z.enum(["current", "others", "all"]).optional(),
  next: address.optional(),
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
});

async function handle({ exchange, body: fields }: Call<LogoutBody>): Promise<Response> {
  refuseCrossSite(exchange);
  const { scope, next } = fields;
  if (scope === "all" || scope === "others") {
    return endUserOfCaller(exchange, { keepCurrent: scope === "others", next });
  }
  refuseWithoutCredential(exchange);
  const { http, bearer } = exchange;
  const { receipt, userId, recognised } = await endOfDevice(exchange);
  if (bearer !== null && !recognised) throw forged();
  const cookies = bearer === null ? deletionCookies(exchange) : [];
  const counted = await countRequest(exchange, userId);
  if (!counted.allowed) {
    throw overLimit(counted, "The session has ended. Too many logouts were sent.", cookies);
  }
  const extras = { cookies, counted };
  if (exchange.wantsPage) return seeOther(afterLogout(exchange, next), extras);
  return json(endedBody("Logout successful", http.core.clock.now(), receipt), extras);
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
