/** `GET /denylist`: what has ended, as a file for verifiers that cannot ask. */
import { exportDenylist } from "../../core/denylist.ts";
import { route, type Route } from "../route.ts";
import { requireService } from "../service.ts";

export const denylist: Route = route({
  method: "GET",
  path: "/denylist",
  summary: "What has ended while access tokens of then may live, as a Bloom filter (docs/scale.md)",
  security: "service",
  responses: { 200: { description: "The file" } },
  handle: async ({ exchange }) => {
    requireService(exchange);
    const list = await exportDenylist(exchange.http.core);
    const headers = { "content-type": "application/octet-stream" };
    return { status: 200, headers, cookies: [], body: list };
  },
});
