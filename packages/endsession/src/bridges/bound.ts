/**
 * What every bridge does: an id that another library has issued stands for a session of ours, and
 * is believed only while that is live. The other library keeps its data; here is its truth.
 */
import type { Presented } from "../core/resolve.ts";
import type { Session } from "../core/session.ts";
import type { StartOptions } from "../core/sessions.ts";
import type { EndSession } from "../endsession.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** What is known of an id. `none`: no session was ever started under it, or it is long over. */
export type Found =
  | { readonly outcome: "live"; readonly session: Session }
  | { readonly outcome: "over" }
  | { readonly outcome: "none" };

/** The sessions whose ids another library issues. All reject when the store does not answer. */
export interface Bound {
  /** The id as `sessions.authenticate`, `sessions.check` and `sessions.end` take it. */
  presented(id: string): Presented;
  /** Judges an id. A session that owes a fresh proof of identity counts as over. */
  find(id: string): Promise<Found>;
  /** Starts the session of an id, or finds it. Rejects with `ERR_SESSION_ENDED` after its end. */
  start(id: string, options: Omit<StartOptions, "external" | "tenantId">): Promise<Session>;
  /** Ends the session of an id, in whatever state it is. */
  end(id: string): Promise<Receipt>;
}

/** A new id, of 192 random bits, for what has none of its own. */
export function mintSid(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url");
}

/** Binds the ids of a library; `name` keeps them apart from those of others. */
export function bind({ sessions }: EndSession, name: string, tenantId = "default"): Bound {
  const presented = (id: string): Presented => ({ kind: "external", token: `${name}:${id}` });
  return {
    presented,
    async find(id) {
      const one = presented(id);
      const found =
        sessions.check(one, { tenantId }) ?? (await sessions.authenticate(one, { tenantId }));
      if (found.outcome === "live") return found;
      return { outcome: found.outcome === "unknown" ? "none" : "over" };
    },
    async start(id, options) {
      const external = presented(id).token;
      return (await sessions.start({ ...options, tenantId, external })).session;
    },
    end: (id) => sessions.end(presented(id), { tenantId }),
  };
}
