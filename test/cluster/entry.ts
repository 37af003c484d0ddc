/** The ledger of one subject: what each client has seen of its credentials, and when it ended. */
import type { Cluster, Instance } from "./cluster.ts";
import type { Credential, Subject } from "./subjects.ts";

/** What a client has seen of one credential at one instance. */
export interface Sight {
  readonly at: Instance;
  readonly credential: Credential;
  accepted: number;
  /** When the last request that was accepted was sent. */
  acceptedLast: number;
  /** How many requests that were sent after the end had been answered were refused. */
  refusedAfter: number;
}

/** A subject under fire. */
export class Entry {
  readonly subject: Subject;
  readonly sights: readonly Sight[];
  /** When the 2xx to the end had arrived. */
  endedAt: number | null = null;
  /** Whether the clients may go home. */
  over = false;
  readonly #waiting = new Set<() => void>();

  constructor(subject: Subject, sights: readonly Sight[]) {
    this.subject = subject;
    this.sights = sights;
  }

  /** Waits for something about all sights of the instances that run. */
  until(cluster: Cluster, holds: (sight: Sight) => boolean): Promise<void> {
    const reached = (): boolean =>
      this.sights.every((sight) => sight.at.state !== "running" || holds(sight));
    return new Promise((resolve) => {
      const look = (): void => {
        if (!reached() && cluster.running().length > 0) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  changed(): void {
    for (const look of this.#waiting) look();
  }

  /** By how many milliseconds an acceptance was too late at worst; negative when none was. */
  worst(): number {
    const { endedAt } = this;
    if (endedAt === null) return Number.NEGATIVE_INFINITY;
    return Math.max(...this.sights.map(({ acceptedLast }) => acceptedLast - endedAt));
  }
}
