/**
 * `GET /verify`: forward-auth for a proxy. 200 with the identity in headers, or 401; an exception
 * is never a 200. It spends no token and starts no session, since proxies may drop what it sets:
 * nginx passes the first Set-Cookie on and no other.
 */
import { issueIdentity } from "../../core/identity.ts";
import { guard } from "../guard.ts";
import { Problem } from "../problem.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";
import { identityHeaders, verifiedBody, verifyPath } from "../verified.ts";

export const verify: Route = route({
  method: "GET",
  path: verifyPath,
  summary: "Whether a proxied request carries a live session",
  security: "session",
  responses: {
    200: {
      description:
        "Live; X-Auth-User, X-Auth-Session and X-Auth-Tenant say whose it is, and " +
        "X-Auth-Jwt-Assertion, with the setting `identityAudience`, proves it",
    },
  },
  handle: async ({ exchange }) => {
    const { core } = exchange.http;
    const { session } = await guard(exchange, { remember: false }).catch(withOneCookie);
    const { identityAudience } = core.settings;
    const identity =
      identityAudience === null ? null : await issueIdentity(core, session, identityAudience);
    return json(verifiedBody, { headers: identityHeaders(session, identity) });
  },
});

/** A refusal as it is, but for all cookies after the first, which is the session's. */
function withOneCookie(error: unknown): never {
  if (!(error instanceof Problem)) throw error;
  throw new Problem(error.kind, {
    ...error.details,
    cookies: error.details.cookies?.slice(0, 1) ?? [],
  });
}
