/** `POST /sessions`: a back end starts a session for a user whose identity it has verified. */
import { z } from "zod";
import { EndSessionError } from "../../core/errors.ts";
import { startSession } from "../../core/start.ts";
import type { Answer } from "../answer.ts";
import {
  optionalTokens,
  type SessionBody,
  sessionBody,
  sessionSchema,
  type TokensBody,
  tokensBody,
} from "../bodies.ts";
import { flag, text } from "../body.ts";
import { credentialCookies } from "../guard.ts";
import { Problem } from "../problem.ts";
import { json } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";
import { requireService } from "../service.ts";

interface StartBody {
  readonly user_id: string;
  readonly tenant_id?: string | undefined;
  readonly methods?: string[] | undefined;
  readonly cookie?: boolean | undefined;
  readonly tokens?: boolean | undefined;
  readonly client_id?: string | undefined;
  readonly remember_me?: boolean | undefined;
  /** From `GET /mark`, taken before the credentials were checked. */
  readonly after?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly address?: string | undefined;
}

interface StartAnswer extends Partial<TokensBody> {
  session: SessionBody;
  set_cookie: string[];
}

const body: z.ZodType<StartBody> = z.object({
  user_id: text(255),
  tenant_id: text(255).optional(),
  methods: z.array(text(32)).max(10).optional(),
  cookie: flag.optional(),
  tokens: flag.optional(),
  client_id: text(255).optional(),
  remember_me: flag.optional(),
  after: text(255).optional(),
  user_agent: text(1024).optional(),
  address: text(64).optional(),
});

const answer: z.ZodType<StartAnswer> = z.object({
  session: sessionSchema,
  /** Set-Cookie headers to pass on to the browser, unchanged. */
  set_cookie: z.array(z.string()),
  ...optionalTokens,
}) as z.ZodType<StartAnswer>;

export const sessionsStart: Route = route<StartBody>({
  method: "POST",
  path: "/sessions",
  summary: "Start a session for a user whose identity the back end has verified",
  security: "service",
  body,
  responses: { 201: { description: "Started; pass the cookies on", schema: answer } },
  handle,
});

async function handle({ exchange, body: fields }: Call<StartBody>): Promise<Answer> {
  requireService(exchange);
  const starting = startSession(exchange.http.core, {
    tenantId: fields.tenant_id ?? exchange.tenantId,
    userId: fields.user_id,
    methods: fields.methods ?? ["pwd"],
    after: fields.after ?? null,
    cookie: fields.cookie ?? true,
    tokens: (fields.tokens ?? false) && { clientId: fields.client_id ?? null },
    rememberMe: fields.remember_me ?? false,
    presented: [],
    rememberMeTokens: [],
    request: { address: fields.address ?? null, userAgent: fields.user_agent ?? null },
    actor: "service",
  });
  const credentials = await starting.catch((error: unknown) => {
    if (!(error instanceof EndSessionError) || error.code !== "ERR_CREDENTIALS_CHANGED")
      throw error;
    throw new Problem("credentialsChanged", { detail: error.message });
  });
  const started: StartAnswer = {
    session: sessionBody(credentials.session, credentials.session.id),
    set_cookie: credentialCookies(exchange, credentials),
    ...tokensBody(credentials),
  };
  return json(started, { status: 201 });
}
