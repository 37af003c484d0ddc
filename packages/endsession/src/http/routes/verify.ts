/**
 * `GET /verify`: forward-auth for a proxy. 200 with the identity in headers, or 401; an exception
 * is never a 200. It sets no cookie and spends no token, since proxies drop what it would set.
 */
import { guard } from "../guard.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

export const verify: Route = route({
  method: "GET",
  path: "/verify",
  summary: "Whether a proxied request carries a live session",
  security: "session",
  responses: { 200: { description: "Live; the headers X-Auth-* say whose it is" } },
  handle: async ({ exchange }) => {
    const { session } = await guard(exchange, { remember: false });
    const headers = {
      "x-auth-user": encodeURIComponent(session.userId),
      "x-auth-session": session.id,
      "x-auth-tenant": encodeURIComponent(session.tenantId),
    };
    return json({ ok: true }, { headers });
  },
});
