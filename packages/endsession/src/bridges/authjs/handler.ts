/** The routes of Auth.js, which then say what became of a session. */
import type { EndSession } from "../../endsession.ts";
import { toResponse } from "../../http/answer.ts";
import { problemAnswer } from "../../http/problem.ts";
import { endingConfig } from "./config.ts";

/** `Auth` of `@auth/core`. */
export type AuthLike<C> = (request: Request, config: C) => Promise<Response>;

/**
 * The routes of Auth.js as a fetch handler: `endingAuth(endsession, Auth, config)`, with the
 * config as for Auth.js itself and its `basePath`. When the store fails, the answer is 503 and no
 * cookie changes, where Auth.js would delete the cookie and answer success.
 */
export function endingAuth<C extends object>(
  endsession: EndSession,
  auth: AuthLike<C>,
  config: C,
  options: { readonly tenantId?: string } = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const failures: unknown[] = [];
    const failed = (error: unknown): void => void failures.push(error);
    const replaces = await sidHeldBy(request, auth, config);
    const ending = endingConfig(endsession, config, { ...options, replaces, failed });
    const answer = await auth(request, ending);
    if (failures.length === 0) return answer;
    endsession.http.core.logger.error({ error: failures[0] }, "the session store failed");
    const signsOut = new URL(request.url).pathname.endsWith("/signout");
    const answered = problemAnswer(signsOut ? "revocationUnavailable" : "storeUnavailable", {
      detail: signsOut
        ? "It is not known whether the session has ended. Send the request again."
        : "The session store does not answer. Try again in a moment.",
      headers: { "retry-after": "2", "cache-control": "no-store" },
    });
    return toResponse(answered);
  };
}

/** The `sid` in the cookie of a browser that comes back from a sign-in (SS-03). */
async function sidHeldBy<C extends object>(
  { url, headers }: Request,
  auth: AuthLike<C>,
  config: C,
): Promise<string | null> {
  const session = url.replace(/\/callback\/.*$/su, "/session");
  const cookie = headers.get("cookie");
  if (session === url || cookie === null) return null;
  let sid: string | null = null;
  const jwt = ({ token }: { readonly token: { readonly sid?: unknown } }): null => {
    if (typeof token.sid === "string") sid = token.sid;
    return null;
  };
  const { callbacks }: { readonly callbacks?: object } = config;
  // Only Auth.js can open its cookies: it is asked for the session, and its answer is thrown away.
  await auth(new Request(session, { headers: { cookie } }), {
    ...config,
    callbacks: { ...callbacks, jwt },
  });
  return sid;
}
