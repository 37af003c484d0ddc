/** `GET /sessions`: the user's devices. */
import { z } from "zod";
import { listSessions } from "../../core/list.ts";
import { type SessionBody, sessionBody, sessionSchema } from "../bodies.ts";
import { guard } from "../guard.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

const answer: z.ZodType<{ sessions: SessionBody[] }> = z.object({
  sessions: z.array(sessionSchema),
});

export const sessions: Route = route({
  method: "GET",
  path: "/sessions",
  summary: "The live sessions of the user, for a list of devices",
  security: "session",
  responses: { 200: { description: "The sessions", schema: answer } },
  handle: async ({ exchange }) => {
    const { session, cookies } = await guard(exchange);
    const live = await listSessions(exchange.http.core, exchange.tenantId, session.userId);
    return json({ sessions: live.map((one) => sessionBody(one, session.id)) }, { cookies });
  },
});
