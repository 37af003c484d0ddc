/** `GET /session`: the session that asks. */
import { z } from "zod";
import { issueEndTicket } from "../../core/end-ticket.ts";
import { type SessionBody, sessionBody, sessionSchema } from "../bodies.ts";
import { flag } from "../body.ts";
import { guard } from "../guard.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

interface SessionQuery {
  /** Set by clients that ask without the person's doing: it keeps no session alive. */
  readonly background?: boolean | undefined;
  /** Whether the answer is to hold a ticket that ends this session, and does nothing else. */
  readonly ticket?: boolean | undefined;
}

const query: z.ZodType<SessionQuery> = z.object({
  background: flag.optional(),
  ticket: flag.optional(),
});
const answer: z.ZodType<{ session: SessionBody; end_ticket?: string | undefined }> = z.object({
  session: sessionSchema,
  end_ticket: z.string().optional(),
});

export const session: Route = route<unknown, SessionQuery>({
  method: "GET",
  path: "/session",
  summary: "The session that asks",
  security: "session",
  query,
  responses: { 200: { description: "The session", schema: answer } },
  handle: async ({ exchange, query: { background, ticket } }) => {
    const guarded = await guard(exchange, { activity: !background, allowStale: true });
    const { session: current, cookies } = guarded;
    return json(
      {
        session: sessionBody(current, current.id),
        ...(ticket && { end_ticket: await issueEndTicket(exchange.http.core, current) }),
      },
      { cookies },
    );
  },
});
