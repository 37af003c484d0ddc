/** A logout for applications on express-session, whose `destroy` leaves the cookie. */
import type { IncomingMessage } from "node:http";
import type { Middleware } from "../../adapters/connect.ts";
import type { EndSession } from "../../endsession.ts";
import { deleteCookie } from "../../http/cookie.ts";
import { answerLogout, type BridgedEnd } from "../answer.ts";
import { bind } from "../bound.ts";
import { called, type Callback } from "../callbacks.ts";
import { library } from "./store-like.ts";

/**
 * The handler of `POST /logout`: ends the session, removes its data and deletes its cookie, called
 * `name` (default `connect.sid`), in the scope that it was set in. It answers like
 * `POST /logout` of endsession: 200 with the receipt, 303 to a form, 503 when the end is not sure.
 */
export function logout(
  endsession: EndSession,
  { name = "connect.sid", tenantId }: { readonly name?: string; readonly tenantId?: string } = {},
): Middleware {
  const bound = bind(endsession, library, tenantId);
  return (req, res, next) => {
    const { session, sessionID } = req as SessionRequest;
    const end = async (): Promise<BridgedEnd> => {
      // express-session goes without a session while its store is disconnected.
      if (!session || sessionID === undefined) throw new TypeError("The request has no session.");
      const receipt = await bound.end(sessionID);
      await called<void>((done) => session.destroy(done));
      return { receipt, cookies: [deletionOf(name, session.cookie)] };
    };
    answerLogout(endsession, req, res, next, end);
  };
}

interface CookieLike {
  readonly path?: string | undefined;
  readonly domain?: string | undefined;
  readonly secure?: boolean | "auto" | undefined;
  readonly partitioned?: boolean | undefined;
  readonly sameSite?: boolean | string | undefined;
}

type SessionRequest = IncomingMessage & {
  readonly sessionID?: string;
  readonly session?: { readonly cookie: CookieLike; destroy(callback: Callback<void>): unknown };
};

function deletionOf(name: string, cookie: CookieLike): string {
  const { path = "/", domain = null, sameSite } = cookie;
  return deleteCookie({
    name,
    path,
    domain: domain ?? null,
    secure: cookie.secure === true,
    partitioned: cookie.partitioned === true,
    sameSite:
      sameSite === "none" ? "None" : sameSite === "strict" || sameSite === true ? "Strict" : "Lax",
  });
}
