/** `POST /token`: the grants `password` and `refresh_token` (RFC 6749 sections 4.3 and 6). */
import { z } from "zod";
import { EndSessionError } from "../../core/errors.ts";
import type { RefreshInput } from "../../core/refresh.ts";
import { refreshSession } from "../../core/refresh.ts";
import { startSession } from "../../core/start.ts";
import type { PublishedReason } from "../../protocol/reasons.ts";
import type { Answer } from "../answer.ts";
import { tokensBody, tokensSchema } from "../bodies.ts";
import { flag, text } from "../body.ts";
import { type Exchange, refuseCrossSite } from "../exchange.ts";
import { refreshCookies, refreshDeletions } from "../guard.ts";
import { clientIdOf } from "../client-id.ts";
import { oauthError } from "../oauth.ts";
import { json } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";

interface TokenBody {
  readonly grant_type: string;
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  readonly refresh_token?: string | undefined;
  /** Keep the refresh token in a cookie, out of every script's reach, and take it from there. */
  readonly refresh_cookie?: boolean | undefined;
  readonly client_id?: string | undefined;
}

const body: z.ZodType<TokenBody> = z.object({
  grant_type: text(64),
  username: text(320).optional(),
  email: text(320).optional(),
  password: z.string().min(1).max(1024).optional(),
  refresh_token: text(8192).optional(),
  refresh_cookie: flag.optional(),
  client_id: text(255).optional(),
});

export const token: Route = route<TokenBody>({
  method: "POST",
  path: "/token",
  summary: "Exchange a password, or a refresh token, for tokens",
  security: "none",
  oauth: true,
  body,
  responses: { 200: { description: "New tokens", schema: tokensSchema } },
  handle: (call) => {
    // With a cookie involved, another site's page could sign its visitor in, or wear tokens out.
    if (call.body.refresh_cookie) refuseCrossSite(call.exchange);
    if (call.body.grant_type === "refresh_token") return refresh(call);
    if (call.body.grant_type === "password") return password(call);
    return Promise.resolve(
      oauthError("unsupported_grant_type", "Use the grant password or refresh_token."),
    );
  },
});

async function password({ exchange, body: fields }: Call<TokenBody>): Promise<Answer> {
  const { http, tenantId, facts } = exchange;
  const { refresh_cookie: inCookie = false } = fields;
  const identifier = fields.username ?? fields.email;
  if (identifier === undefined || fields.password === undefined) {
    return oauthError("invalid_request", "Give username (or email) and password.");
  }
  if (!http.settings.verifyPassword) {
    return oauthError("unauthorized_client", "This installation checks no passwords.");
  }
  const after = await http.core.truth.query({ kind: "mark" });
  const claim = { identifier, userId: null, tenantId, password: fields.password };
  const user = await http.settings.verifyPassword(claim);
  if (!user) return oauthError("invalid_grant", "The name and the password do not fit.");
  try {
    const credentials = await startSession(http.core, {
      tenantId,
      userId: user.userId,
      methods: ["pwd"],
      after,
      cookie: false,
      tokens: { clientId: clientIdOf(exchange, fields.client_id) },
      rememberMe: false,
      presented: [],
      // As with the session cookie: what the browser held is replaced, and must not live on.
      refreshTokens: inCookie ? exchange.refreshTokens : [],
      rememberMeTokens: [],
      request: facts,
      actor: "user",
    });
    const cookies = refreshCookies(exchange, credentials.refreshToken, inCookie);
    return json(tokensBody(credentials, inCookie), { cookies });
  } catch (error) {
    if (error instanceof EndSessionError && error.code === "ERR_CREDENTIALS_CHANGED") {
      return oauthError("invalid_grant", error.message);
    }
    throw error;
  }
}

async function refresh({ exchange, body: fields }: Call<TokenBody>): Promise<Answer> {
  const { http, tenantId, facts } = exchange;
  const { refresh_cookie: inCookie = false } = fields;
  // Of twins one may have been planted: none is believed.
  const [kept, twin] = inCookie ? exchange.refreshTokens : [];
  const presented = fields.refresh_token ?? (twin === undefined ? kept : undefined);
  if (presented === undefined) {
    if (inCookie) return refusedCookie(exchange, null);
    return oauthError("invalid_request", "Give refresh_token.");
  }
  const input: RefreshInput = {
    tenantId,
    token: presented,
    clientId: clientIdOf(exchange, fields.client_id),
    request: facts,
  };
  const refreshed = await refreshSession(http.core, input);
  if (refreshed.outcome === "refused") {
    const { reason } = refreshed;
    if (inCookie) return refusedCookie(exchange, reason);
    return oauthError(
      "invalid_grant",
      "The refresh token is not valid, or its session has ended.",
      reason === null ? {} : { reason },
    );
  }
  const cookies = refreshCookies(exchange, refreshed.refreshToken, inCookie);
  return json(tokensBody(refreshed, inCookie), { cookies });
}

/** The cookie is worth nothing any more, and goes. */
function refusedCookie(exchange: Exchange, reason: PublishedReason | null): Answer {
  const [deletion] = refreshDeletions(exchange);
  return oauthError(
    "invalid_grant",
    "There is no refresh token in the cookie, or its session has ended.",
    reason === null ? {} : { reason },
    deletion === undefined ? {} : { "set-cookie": deletion },
  );
}
