/** `GET /mark`: where the ends stand, for a back end that is about to check a password. */
import { z } from "zod";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";
import { requireService } from "../service.ts";

const answer: z.ZodType<{ mark: string }> = z.object({ mark: z.string() });

export const mark: Route = route({
  method: "GET",
  path: "/mark",
  summary: "The mark to take before a password is checked, and to give to POST /sessions",
  security: "service",
  responses: { 200: { description: "The mark", schema: answer } },
  handle: async ({ exchange }) => {
    requireService(exchange);
    return json({ mark: await exchange.http.core.truth.query({ kind: "mark" }) });
  },
});
