/** The live sessions of a user, for a list in which people recognise their devices (ASVS 7.5.2). */
import type { Context } from "./context.ts";
import { judge, type Session, toSession } from "./session.ts";

/** The live sessions, the most recently used first. */
export async function listSessions(
  context: Context,
  tenantId: string,
  userId: string,
): Promise<readonly Session[]> {
  const records = await context.truth.query({ kind: "sessions_of", tenantId, userId });
  const now = context.clock.now();
  return records.filter((record) => judge(record, now).live).map(toSession);
}
