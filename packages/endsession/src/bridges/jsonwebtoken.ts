/**
 * JWTs that die with their session. Whatever library signs them, they carry the `sid` of a session
 * of endsession, and are believed while that is live. Unbridged, a JWT is good until its `exp`.
 */
import type { IncomingMessage } from "node:http";
import { keepSession } from "../adapters/checked.ts";
import type { Middleware } from "../adapters/connect.ts";
import { clientOf, headOf } from "../adapters/node.ts";
import type { Mark } from "../core/acts.ts";
import type { EndSession } from "../endsession.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import { factsOf } from "../http/protect.ts";
import { answer, answerLogout } from "./answer.ts";
import { bind, mintSid } from "./bound.ts";

/** The claims that tie a JWT to its session. */
export interface SessionClaims {
  /** The user. */
  readonly sub: string;
  /** The session: every JWT that carries it dies with it. */
  readonly sid: string;
}

/**
 * Verifies a token and gives its claims, or throws: `(token, options) => jwt.verify(token, key,
 * { algorithms: ["HS256"], ...options })`. A logout ignores the expiry: the session may be live.
 */
export type VerifyToken = (
  token: string,
  options: { readonly ignoreExpiration: boolean },
) => unknown;

/** Options of {@link tokenSessions}. */
export interface TokenSessionsOptions {
  readonly verify: VerifyToken;
  /** The tenant (default `default`). */
  readonly tenantId?: string;
}

/** Options of `start`. */
export interface TokenStart {
  /** The application's id of the user whose identity it has verified. */
  readonly userId: string;
  /** How the person proved who they are, in the names of RFC 8176 (default `["pwd"]`). */
  readonly methods?: readonly string[];
  /** The position from `sessions.mark()` before the password was checked. */
  readonly after?: Mark;
}

/** What {@link tokenSessions} gives. */
export interface TokenSessions {
  /** Starts a session; its claims belong into every token that is signed for it. */
  start(req: IncomingMessage, options: TokenStart): Promise<SessionClaims>;
  /**
   * Lets only requests through that bring a good token of a live session in `Authorization:
   * Bearer`; `sessionOf` of `endsession/express` then gives it. 401 otherwise, and 503 when the
   * store does not answer. What was seen before is checked in memory.
   */
  readonly protect: Middleware;
  /** The handler of `POST /logout`: ends the session of the token, expired or not. */
  readonly logout: Middleware;
}

/** Ties JWTs to sessions. A token without `sid`, such as those of before, is refused. */
export function tokenSessions(
  endsession: EndSession,
  { verify, tenantId }: TokenSessionsOptions,
): TokenSessions {
  const bound = bind(endsession, "jwt", tenantId);

  async function claimsOf(
    { bearer }: Exchange,
    options: { readonly ignoreExpiration: boolean },
  ): Promise<SessionClaims> {
    if (bearer === null) {
      const detail = "Present the token in the header Authorization, as Bearer.";
      throw new Problem("unauthenticated", { detail, headers: { "www-authenticate": "Bearer" } });
    }
    const claims: unknown = await Promise.resolve(bearer)
      .then((token) => verify(token, options))
      .catch(() => null);
    if (isBound(claims)) return claims;
    throw refusal("invalidToken", "The token is not valid, has expired or names no session");
  }

  return {
    async start(req, options) {
      const sid = mintSid();
      const request = factsOf(endsession.http, headOf(req), clientOf(req));
      await bound.start(sid, { ...options, request });
      return { sub: options.userId, sid };
    },
    protect: (req, res, next) =>
      answer(endsession, req, res, next, async (exchange) => {
        const { sub, sid } = await claimsOf(exchange, { ignoreExpiration: false });
        const found = await bound.find(sid);
        if (found.outcome !== "live" || found.session.userId !== sub) {
          throw refusal("sessionEnded", "The session of this token has ended");
        }
        keepSession(req, found.session);
        res.setHeader("cache-control", "no-store");
        return null;
      }),
    logout: (req, res, next) =>
      answerLogout(endsession, req, res, next, async (exchange) => {
        const { sid } = await claimsOf(exchange, { ignoreExpiration: true });
        return { receipt: await bound.end(sid), cookies: [] };
      }),
  };
}

function isBound(claims: unknown): claims is SessionClaims {
  if (typeof claims !== "object" || claims === null) return false;
  return (
    "sub" in claims &&
    typeof claims.sub === "string" &&
    "sid" in claims &&
    typeof claims.sid === "string"
  );
}

function refusal(kind: "invalidToken" | "sessionEnded", description: string): Problem {
  const challenge = `Bearer error="invalid_token", error_description="${description}"`;
  return new Problem(kind, {
    detail: `${description}.`,
    headers: { "www-authenticate": challenge },
  });
}
