/**
 * Remembers the ends of the last minutes, and notices when the database has forgotten any of them:
 * a standby that lagged behind was promoted, or a backup was restored. What was forgotten is ended
 * again, and an alarm is raised; where somebody's ends may be missing unseen, all sessions end (P4).
 */
import type { Clock } from "../clock.ts";
import type { Crypto } from "../crypto.ts";
import { mintId } from "../credential.ts";
import type { End } from "../feed.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../store.ts";

/** What a history works with. */
export interface HistoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly logger: Logger;
}

/** How long ends are remembered, in milliseconds: longer than any failover takes. */
const remembered = 10 * 60 * 1000;
/** How many at most; beyond it the gap cannot be closed by ending again. */
const most = 100_000;
/** How many are checked in one transaction. */
const together = 500;

/** The ends that an instance has acknowledged, or seen others acknowledge. */
export class History {
  readonly #is: HistoryOptions;
  readonly #ends = new Map<string, { readonly end: End; readonly at: number }>();
  #overflowed = Number.NEGATIVE_INFINITY;

  constructor(options: HistoryOptions) {
    this.#is = options;
  }

  /** Remembers ends that are durable. */
  remember(ends: readonly End[]): void {
    const at = this.#is.clock.monotonic();
    for (const end of ends) {
      if (end.auditId === null) continue;
      this.#ends.delete(end.auditId);
      this.#ends.set(end.auditId, { end, at });
    }
    for (const [id, { at: then }] of this.#ends) {
      const old = at - then > remembered;
      if (!old && this.#ends.size <= most) break;
      if (!old) this.#overflowed = at;
      this.#ends.delete(id);
    }
  }

  /** The server has begun another life: is everything still there? Ends again what is not. */
  async check(incarnation: string): Promise<void> {
    const { store, clock, crypto, logger } = this.#is;
    const all = [...this.#ends.values()].map(({ end }) => end);
    let missing = 0;
    for (let from = 0; from < all.length; from += together) {
      const ends = all.slice(from, from + together);
      const cause = this.#cause(mintId(crypto));
      const { outcomes } = await store.commit([{ kind: "reassert", ends, cause }]);
      missing += outcomes[0].missing;
    }
    if (missing === 0) return;
    logger.error(
      { missing, incarnation },
      "The session database has lost ends that were acknowledged (a standby was promoted, or a " +
        "backup restored). They were ended again.",
    );
    if (clock.monotonic() - this.#overflowed > remembered) return;
    const cause = this.#cause(mintId(crypto));
    const scope = { tenantId: null, userId: null };
    await store.commit([{ kind: "raise_epoch", scope, keep: null, cause }]);
    logger.error({ incarnation }, "More ends were lost than are remembered: all sessions ended.");
  }

  #cause(auditId: string) {
    const at = this.#is.clock.now();
    return { auditId, at, actor: "system", reason: "administrator", address: null } as const;
  }
}
