/** `POST /revoke` (RFC 7009): ends the session of a token. 200 also for what is unknown. */
import { z } from "zod";
import { revokeToken } from "../../core/introspect.ts";
import { text } from "../body.ts";
import { clientIdOf } from "../client-id.ts";
import { oauthError } from "../oauth.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

interface RevokeBody {
  readonly token: string;
  readonly token_type_hint?: string | undefined;
  readonly client_id?: string | undefined;
}

const body: z.ZodType<RevokeBody> = z.object({
  token: text(8192),
  token_type_hint: text(64).optional(),
  client_id: text(255).optional(),
});

export const revoke: Route = route<RevokeBody>({
  method: "POST",
  path: "/revoke",
  summary: "Revoke a token of any kind; its session ends",
  security: "none",
  ends: true,
  oauth: true,
  body,
  responses: { 200: { description: "Revoked, or never valid" } },
  handle: async ({ exchange, body: { token, client_id } }) => {
    const { http, tenantId, facts } = exchange;
    const { address } = facts;
    const clientId = clientIdOf(exchange, client_id);
    const revoked = await revokeToken(http.core, { tenantId, token, clientId, address });
    if (revoked !== "another_client") return json({});
    const detail = "The token was issued to another client. Give its client_id. Nothing was ended.";
    return oauthError("invalid_client", detail, {}, { "www-authenticate": "Basic" });
  },
});
