/** `POST /introspect` (RFC 7662): what a token is worth, for a back end. */
import { z } from "zod";
import { introspect as look } from "../../core/introspect.ts";
import { flag, text } from "../body.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";
import { requireService } from "../service.ts";

interface IntrospectBody {
  readonly token: string;
  readonly token_type_hint?: string | undefined;
  /** Set when the person did nothing: it keeps no session alive. */
  readonly background?: boolean | undefined;
}

interface IntrospectAnswer {
  active: boolean;
  sub?: string | undefined;
  sid?: string | undefined;
  iss?: string | undefined;
  client_id?: string | undefined;
  token_type?: string | undefined;
  auth_version?: number | undefined;
  iat?: number | undefined;
  exp?: number | undefined;
}

const body: z.ZodType<IntrospectBody> = z.object({
  token: text(8192),
  token_type_hint: text(64).optional(),
  background: flag.optional(),
});

const answer: z.ZodType<IntrospectAnswer> = z.object({
  active: z.boolean(),
  sub: z.string().optional(),
  sid: z.string().optional(),
  iss: z.string().optional(),
  client_id: z.string().optional(),
  token_type: z.string().optional(),
  auth_version: z.number().int().optional(),
  iat: z.number().int().optional(),
  exp: z.number().int().optional(),
});

export const introspect: Route = route<IntrospectBody>({
  method: "POST",
  path: "/introspect",
  summary: "Whether a token of any kind is live, and whose it is",
  security: "service",
  oauth: true,
  body,
  responses: { 200: { description: "The token's state", schema: answer } },
  handle: async ({ exchange, body: { token, background } }) => {
    requireService(exchange);
    const { http, tenantId } = exchange;
    const found = await look(http.core, { tenantId, token, activity: !background });
    if (!found) return json({ active: false });
    const { record, kind, expiresAt } = found;
    const live: IntrospectAnswer = {
      active: true,
      sub: record.userId,
      sid: record.id,
      iss: http.core.settings.issuer,
      client_id: record.family?.clientId ?? undefined,
      token_type: kind,
      auth_version: record.epoch.user,
      iat: Math.floor(record.createdAt / 1000),
      exp: Math.floor(expiresAt / 1000),
    };
    return json(live);
  },
});
