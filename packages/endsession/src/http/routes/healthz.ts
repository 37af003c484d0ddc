/** `GET /healthz`: whether the store answers. */
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

export const healthz: Route = route({
  method: "GET",
  path: "/healthz",
  summary: "Whether sessions can be checked and ended",
  security: "none",
  responses: { 200: { description: "The store answers" } },
  handle: async ({ exchange }) => {
    await exchange.http.core.truth.query({ kind: "mark" });
    return json({ status: "ok" });
  },
});
