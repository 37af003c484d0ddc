/** `POST /reauthenticate`: a fresh proof by password; the session gets a new id. */
import { z } from "zod";
import type { Answer } from "../answer.ts";
import { address } from "../body.ts";
import { EndSessionError } from "../../core/errors.ts";
import { reauthenticate as renew } from "../../core/reauthenticate.ts";
import { recordOf } from "../../core/resolve.ts";
import {
  optionalTokens,
  type SessionBody,
  sessionBody,
  sessionSchema,
  tokensBody,
  type TokensBody,
} from "../bodies.ts";
import { refuseCrossSite } from "../exchange.ts";
import { credentialCookies, guard } from "../guard.ts";
import { Problem } from "../problem.ts";
import { json, localPath, seeOther } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";

interface ReauthenticateBody {
  readonly password: string;
  readonly next?: string | undefined;
}

interface ReauthenticateAnswer extends Partial<TokensBody> {
  ok: true;
  session: SessionBody;
}

const body: z.ZodType<ReauthenticateBody> = z.object({
  password: z.string().min(1).max(1024),
  next: address.optional(),
});

const answer: z.ZodType<ReauthenticateAnswer> = z.object({
  ok: z.literal(true),
  session: sessionSchema,
  ...optionalTokens,
}) as z.ZodType<ReauthenticateAnswer>;

export const reauthenticate: Route = route<ReauthenticateBody>({
  method: "POST",
  path: "/reauthenticate",
  summary: "Prove the password anew; renews the session under a new id",
  security: "session",
  shared: true,
  body,
  responses: { 200: { description: "Renewed; new credentials are given", schema: answer } },
  handle,
});

async function handle({ exchange, body: fields }: Call<ReauthenticateBody>): Promise<Answer> {
  refuseCrossSite(exchange);
  const { http, tenantId, facts } = exchange;
  const { pages, verifyPassword } = http.settings;
  const { session } = await guard(exchange, { allowStale: true, remember: false, fresh: true });
  const { userId } = session;
  const claim = { identifier: null, userId, tenantId, password: fields.password };
  const user = (await verifyPassword?.(claim)) ?? null;
  if (user?.userId !== userId) {
    if (exchange.wantsPage) {
      const next = localPath(exchange, fields.next, "");
      const query = new URLSearchParams({ error: "invalid_credentials", ...(next && { next }) });
      return seeOther(`${pages.reauthenticate}?${query.toString()}`);
    }
    throw new Problem("invalidCredentials", { detail: "The password is not right." });
  }
  const credentials = await recordOf(http.core, session)
    .then((record) => renew(http.core, { record, methods: ["pwd"], request: facts }))
    .catch((error: unknown) => {
      if (!(error instanceof EndSessionError) || error.code !== "ERR_SESSION_ENDED") throw error;
      throw new Problem("sessionEnded", { detail: error.message });
    });
  const cookies = credentialCookies(exchange, credentials);
  if (exchange.wantsPage) {
    return seeOther(localPath(exchange, fields.next, pages.signedIn), { cookies });
  }
  const tokens = tokensBody(credentials, exchange.refreshInCookie);
  const renewed = sessionBody(credentials.session, credentials.session.id);
  return json({ ok: true, session: renewed, ...tokens }, { cookies });
}
