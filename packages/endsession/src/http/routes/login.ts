/** `POST /login`: signs a browser in with a password. */
import { z } from "zod";
import { EndSessionError } from "../../core/errors.ts";
import type { Answer } from "../answer.ts";
import { type SessionBody, sessionBody, sessionSchema } from "../bodies.ts";
import { address, flag, text } from "../body.ts";
import { refuseCrossSite } from "../exchange.ts";
import { Problem } from "../problem.ts";
import { json, localPath, seeOther } from "../respond.ts";
import { type Call, route, type Route } from "../route.ts";
import { signIn } from "../sign-in.ts";

interface LoginBody {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly password: string;
  readonly remember_me?: boolean | undefined;
  readonly next?: string | undefined;
}

interface LoginAnswer {
  ok: true;
  session: SessionBody;
}

const body: z.ZodType<LoginBody> = z
  .object({
    email: text(320).optional(),
    username: text(320).optional(),
    password: z.string().min(1).max(1024),
    remember_me: flag.optional(),
    next: address.optional(),
  })
  .refine((fields) => fields.email ?? fields.username, {
    path: ["email"],
    message: "give email or username",
  });

const answer: z.ZodType<LoginAnswer> = z.object({ ok: z.literal(true), session: sessionSchema });

export const login: Route = route<LoginBody>({
  method: "POST",
  path: "/login",
  summary: "Sign in with a password; ends the session that the browser held",
  security: "none",
  shared: true,
  body,
  responses: { 200: { description: "Signed in; the cookies are set", schema: answer } },
  handle,
});

async function handle({ exchange, body: fields }: Call<LoginBody>): Promise<Answer> {
  refuseCrossSite(exchange);
  const { http, tenantId } = exchange;
  const identifier = fields.email ?? fields.username ?? "";
  // Taken first, so that a sign-in with a password that is just being changed does not outlive
  // the change.
  const after = await http.core.truth.query({ kind: "mark" });
  const { password } = fields;
  const claim = { identifier, userId: null, tenantId, password };
  const user = (await http.settings.verifyPassword?.(claim)) ?? null;
  if (!user) return refused(exchange, fields);
  const options = { userId: user.userId, rememberMe: fields.remember_me ?? false, after };
  const signedIn = await signIn(exchange, options).catch((error: unknown) => {
    if (error instanceof EndSessionError && error.code === "ERR_CREDENTIALS_CHANGED") return null;
    throw error;
  });
  if (!signedIn) return refused(exchange, fields);
  const { credentials, cookies } = signedIn;
  if (exchange.wantsPage) {
    const { signedIn: page } = http.settings.pages;
    return seeOther(localPath(exchange, fields.next, page), { cookies });
  }
  const { session } = credentials;
  return json({ ok: true, session: sessionBody(session, session.id) }, { cookies });
}

function refused(exchange: Call["exchange"], fields: LoginBody): Answer {
  if (!exchange.wantsPage) {
    throw new Problem("invalidCredentials", {
      detail: "The name and the password do not belong together.",
    });
  }
  const next = localPath(exchange, fields.next, "");
  const query = new URLSearchParams({ error: "invalid_credentials", ...(next && { next }) });
  return seeOther(`${exchange.http.settings.pages.signIn}?${query.toString()}`);
}
