/** `GET /.well-known/jwks.json`: the public keys of access tokens (RFC 7517 section 5). */
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

export const jwks: Route = route({
  method: "GET",
  path: "/.well-known/jwks.json",
  summary: "The public keys that verify access tokens and signed identities",
  security: "none",
  responses: { 200: { description: "A JWK Set" } },
  handle: async ({ exchange }) => {
    const { keys } = exchange.http.core;
    // Another process may have replaced them.
    await keys.discover("");
    const headers = { "content-type": "application/jwk-set+json", "cache-control": "max-age=300" };
    return json({ keys: keys.published() }, { headers });
  },
});
