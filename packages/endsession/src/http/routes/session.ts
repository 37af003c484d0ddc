/** `GET /session`: the session that asks. */
import { z } from "zod";
import { type SessionBody, sessionBody, sessionSchema } from "../bodies.ts";
import { flag } from "../body.ts";
import { guard } from "../guard.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

interface SessionQuery {
  /** Set by clients that ask without the person's doing: it keeps no session alive. */
  readonly background?: boolean | undefined;
}

const query: z.ZodType<SessionQuery> = z.object({ background: flag.optional() });
const answer: z.ZodType<{ session: SessionBody }> = z.object({ session: sessionSchema });

export const session: Route = route<unknown, SessionQuery>({
  method: "GET",
  path: "/session",
  summary: "The session that asks",
  security: "session",
  query,
  responses: { 200: { description: "The session", schema: answer } },
  handle: async ({ exchange, query: { background } }) => {
    const guarded = await guard(exchange, { activity: !background, allowStale: true });
    const { session: current, cookies } = guarded;
    return json({ session: sessionBody(current, current.id) }, { cookies });
  },
});
