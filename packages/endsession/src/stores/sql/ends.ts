/** Notes what the acts of a commit end, as they write it. */
import type { Mark } from "../../core/acts.ts";
import type { End } from "../../core/feed.ts";
import { insertEnd, placeOfNow } from "./acts/audit.ts";
import type { Call, Result } from "./statement.ts";

/** The ends of one commit, act by act. */
export class EndsOfCommit {
  readonly ends: End[][] = [];
  /** Where the last of them stands, or what is waited for without one. */
  position: Mark | null = null;

  /** The next act begins. */
  next(): void {
    this.ends.push([]);
  }

  /** A statement was executed. */
  note({ statement, args }: Call, { rows }: Result): void {
    const place = (rows as readonly { readonly place: string }[])[0]?.place ?? null;
    if (statement === placeOfNow) this.position = place;
    if (statement !== insertEnd) return;
    this.position = place;
    const text = (name: string): string | null => (args[name] ?? null) as string | null;
    this.ends.at(-1)?.push({
      tenantId: text("tenant_id"),
      userId: text("user_id"),
      sessionId: text("session_id"),
      reason: text("reason"),
      auditId: text("audit_id"),
      epoch: (args["auth_version"] ?? null) as number | null,
    });
  }
}
