/** `POST /logout/all`: ends every session of the user, or every other one. */
import { z } from "zod";
import { endedSchema } from "../bodies.ts";
import { address, flag } from "../body.ts";
import { refuseCrossSite } from "../exchange.ts";
import { endUserOfCaller } from "../logout-user.ts";
import { route, type Route } from "../route.ts";

interface LogoutAllBody {
  readonly keep_current?: boolean | undefined;
  readonly next?: string | undefined;
}

// Strict: a misspelt keep_current must not end the caller's own session.
const body: z.ZodType<LogoutAllBody> = z.strictObject({
  keep_current: flag.optional(),
  next: address.optional(),
});

export const logoutAll: Route = route<LogoutAllBody>({
  method: "POST",
  path: "/logout/all",
  summary: "End all sessions of the user, or all but this one",
  security: "session",
  ends: true,
  limited: true,
  body,
  responses: { 200: { description: "Ended, durably and everywhere", schema: endedSchema } },
  handle: async ({ exchange, body: { keep_current, next } }) => {
    refuseCrossSite(exchange);
    return endUserOfCaller(exchange, { keepCurrent: keep_current ?? false, next });
  },
});
