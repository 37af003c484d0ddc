/** Sessions for the rows of better-auth. */
import type { RequestFacts } from "../../core/settings.ts";
import type { EndSession } from "../../endsession.ts";
import { bind, type Bound } from "../bound.ts";

/** Keeps the ids apart from those of other libraries. */
export const library = "better-auth";

/** A row of better-auth's table of sessions, as much of it as is used. */
export interface SessionRow {
  readonly token: string;
  readonly userId: string;
  readonly ipAddress?: string | null | undefined;
  readonly userAgent?: string | null | undefined;
}

/** Starts the session of a row. */
export async function start(bound: Bound, { token, userId, ...row }: SessionRow): Promise<void> {
  const { ipAddress, userAgent = null } = row;
  const request: RequestFacts = { address: ipAddress || null, userAgent };
  await bound.start(token, { userId, request });
}

/**
 * Starts sessions for those of before the plugin, given as rows of better-auth's table `session`.
 * Call it once, before the first request; otherwise they have to sign in again.
 */
export async function adoptSessions(
  endsession: EndSession,
  rows: readonly SessionRow[],
  { tenantId }: { readonly tenantId?: string } = {},
): Promise<void> {
  const bound = bind(endsession, library, tenantId);
  for (const row of rows) {
    if ((await bound.find(row.token)).outcome === "none") await start(bound, row);
  }
}
