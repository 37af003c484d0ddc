/** Who opens a page that is there for everybody: somebody who is signed in, or nobody. */
import type { Request, Response } from "express";
import { EndSessionError, type EndSession } from "endsession";
import type { Account, Accounts } from "../accounts.ts";

/**
 * The account of whoever sent the request; null for nobody. Throws `ERR_STORE_UNAVAILABLE` when
 * that cannot be said now. Asks the library's `/session` route, as a page's script would.
 */
export async function visitorOf(
  endsession: EndSession,
  accounts: Accounts,
  req: Request,
  res: Response,
): Promise<Account | null> {
  if (req.headers.cookie === undefined) return null;
  const base = `http://${req.headers.host ?? "localhost"}`;
  const url = new URL("/session?background=true", URL.canParse(base) ? base : "http://localhost");
  const headers = new Headers();
  for (const name of ["cookie", "user-agent", "sec-ch-ua", "sec-ch-ua-platform"]) {
    const value = req.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  const answer = await endsession.handler.fetch(new Request(url, { headers }), {
    address: req.socket.remoteAddress ?? null,
  });
  // A remembered device is signed in by this very question: the new cookies must reach it.
  for (const cookie of answer.headers.getSetCookie()) res.append("Set-Cookie", cookie);
  if (answer.status >= 500) {
    throw new EndSessionError("ERR_STORE_UNAVAILABLE", "The session could not be checked.");
  }
  if (!answer.ok) return null;
  const { session } = (await answer.json()) as { session: { user_id: string } };
  return accounts.get(session.user_id);
}
