/** `DELETE /sessions/{id}`, and `POST /sessions/{id}/end` for forms: ends one device. */
import { z } from "zod";
import type { Answer } from "../answer.ts";
import { address } from "../body.ts";
import { endById } from "../../core/end.ts";
import { isFresh } from "../../core/reauthenticate.ts";
import { findOne } from "../../core/resolve.ts";
import { judge } from "../../core/session.ts";
import { endedBody, endedSchema } from "../bodies.ts";
import { clearSiteData } from "../clear-site-data.ts";
import { refuseCrossSite } from "../exchange.ts";
import { guard, ownDeletions, reauthenticationDemanded } from "../guard.ts";
import { countRequest, lookAtLimit, overLimit } from "../limit.ts";
import { Problem } from "../problem.ts";
import { json, localPath, seeOther } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";

interface EndBody {
  readonly next?: string | undefined;
}

const body: z.ZodType<EndBody> = z.object({ next: address.optional() });

const common = {
  summary: "End one session of the user, by its id",
  security: "session",
  ends: true,
  limited: true,
  body,
  responses: { 200: { description: "Ended, durably and everywhere", schema: endedSchema } },
  handle,
} as const;

export const sessionEnd: Route = route<EndBody>({
  ...common,
  method: "DELETE",
  path: "/sessions/:id",
});

export const sessionEndForm: Route = route<EndBody>({
  ...common,
  method: "POST",
  path: "/sessions/:id/end",
});

async function handle({ exchange, body: fields, params }: Call<EndBody>): Promise<Answer> {
  refuseCrossSite(exchange);
  const { http, tenantId, facts } = exchange;
  const sessionId = params["id"] ?? "";
  const { session } = await guard(exchange, { remember: false, allowStale: true, fresh: true });
  const isOwn = sessionId === session.id;
  const record = await findOne(http.core, { by: "id", tenantId, sessionId });
  // Another user's session does not exist for this one (LA-04).
  if (record?.userId !== session.userId) {
    throw new Problem("notFound", { detail: "The user has no session with this id." });
  }
  if (!isOwn && !isFresh(http.core, session)) {
    throw reauthenticationDemanded(exchange, "Ending another session needs a fresh proof.");
  }
  // Ending what is over costs nothing: whoever repeats it burns no limit that others need.
  const over = !isOwn && !judge(record, http.core.clock.now()).live;
  const counted = over
    ? await lookAtLimit(exchange, session.userId)
    : await countRequest(exchange, session.userId, isOwn ? "own" : "others");
  if (!isOwn && !counted.allowed) {
    throw overLimit(counted, "Too many logouts were sent. No session was ended.");
  }
  const receipt = await endById(http.core, {
    tenantId,
    sessionId,
    reason: isOwn ? "logout" : "ended_from_device_list",
    actor: "user",
    address: facts.address,
  });
  const cookies = isOwn ? ownDeletions(exchange) : [];
  if (!counted.allowed) {
    throw overLimit(counted, "The session has ended. Too many logouts were sent.", cookies);
  }
  const extras = { cookies, counted, ...(isOwn && { headers: clearSiteData(exchange) }) };
  if (exchange.wantsPage) {
    const { loggedOut, signedIn } = http.settings.pages;
    const page = isOwn ? loggedOut : localPath(exchange, fields.next, signedIn);
    return seeOther(page, extras);
  }
  return json(endedBody("The session has ended", http.core.clock.now(), receipt), extras);
}
