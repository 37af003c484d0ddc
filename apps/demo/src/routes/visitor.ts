/** Who opens a page that is there for everybody: somebody who is signed in, or nobody. */
import type { Request, Response } from "express";
import type { EndSession } from "endsession";
import { currentSession } from "endsession/express";
import type { Account, Accounts } from "../accounts.ts";

/** The account of whoever sent the request; null for nobody. */
export async function visitorOf(
  endsession: EndSession,
  accounts: Accounts,
  req: Request,
  res: Response,
): Promise<Account | null> {
  const session = await currentSession(endsession, req, res, { activity: false, allowStale: true });
  return session && (await accounts.get(session.userId));
}
