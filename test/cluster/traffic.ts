/**
 * Clients that present credentials without pause while these are being ended, and the ledger of
 * what they saw. All times are of this one process's monotonic clock: that of a request is taken
 * before it is written, that of an end when its answer has arrived.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Cluster, Instance } from "./cluster.ts";
import { Entry, type Sight } from "./entry.ts";
import { makeSubject, use, type Way, ways } from "./subjects.ts";

/** Whoever accepts a session so many milliseconds after its end always will. */
const hopeless = 5000;

/** An end that was answered with 2xx. */
export interface AnsweredEnd {
  readonly at: Instance;
  readonly milliseconds: number;
}

/** Options of {@link Traffic}. */
export interface TrafficOptions {
  /** How many milliseconds a client waits between requests (default none at all). */
  readonly pace?: number;
  /** How many of a subject's credentials are presented (default all). */
  readonly credentials?: number;
}

/** Clients and ledger. */
export class Traffic {
  readonly cluster: Cluster;
  readonly entries: Entry[] = [];
  readonly ends: AnsweredEnd[] = [];
  /** How many requests for the protected route were answered with each status. */
  readonly statuses: Record<number, number> = {};
  /** How many got no answer at all. */
  unanswered = 0;
  /** How many ends were answered with 503. */
  unavailable = 0;
  /** What was answered otherwise than anybody expects. */
  readonly odd: string[] = [];
  readonly #options: TrafficOptions;
  readonly #clients: Promise<void>[] = [];
  readonly #waiting = new Set<() => void>();
  #dice = 7;

  constructor(cluster: Cluster, options: TrafficOptions = {}) {
    this.cluster = cluster;
    this.#options = options;
  }

  /** How many requests were answered. */
  get checks(): number {
    return Object.values(this.statuses).reduce((sum, count) => sum + count, 0);
  }

  /** Makes a subject, and lets clients present its credentials at every instance. */
  async open(way: Way = this.#pick(ways)): Promise<Entry> {
    const subject = await this.#insist(
      () => this.cluster.running(),
      (at) => makeSubject(this.cluster, at, way),
    );
    const credentials = subject.credentials.slice(0, this.#options.credentials ?? 2);
    const sights = this.cluster.instances.flatMap((at) =>
      credentials.map((credential) => ({
        at,
        credential,
        accepted: 0,
        acceptedLast: Number.NEGATIVE_INFINITY,
        refusedAfter: 0,
      })),
    );
    const entry = new Entry(subject, sights);
    this.entries.push(entry);
    this.#clients.push(...sights.map((sight) => this.#present(entry, sight)));
    return entry;
  }

  /** Opens many, and waits until every instance has accepted each of them twice. */
  async openMany(count: number): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    while (entries.length < count) {
      entries.push(await this.open(ways[entries.length % ways.length]));
    }
    await Promise.all(entries.map((entry) => this.warm(entry)));
    return entries;
  }

  /** Waits until every instance that runs accepts a subject, and has it in memory. */
  warm(entry: Entry): Promise<void> {
    return entry.until(this.cluster, ({ accepted }) => accepted > 2);
  }

  /**
   * Ends a subject at an instance drawn by lot; asks again until the answer is 2xx. A logout from
   * everywhere whose first answer got lost may find that there is nobody left to ask for it: that
   * is a 401, which promises nothing.
   */
  async end(
    entry: Entry,
    among = (): readonly Instance[] => this.cluster.running(),
  ): Promise<void> {
    const { subject } = entry;
    let attempts = 0;
    let over = false;
    await this.#insist(among, async (at) => {
      attempts += 1;
      const sentAt = performance.now();
      const { status, text } = await at.ask(subject.end);
      const answeredAt = performance.now();
      // Nobody has waited for this answer.
      if (over) return;
      if (status === 503) {
        this.unavailable += 1;
        this.#changed();
        throw new Error("503");
      }
      over = true;
      if (status === 401 && attempts > 1 && subject.way === "logout-all") return;
      if (status !== 200) this.odd.push(`${subject.way} at ${at.name}: ${status} ${text}`);
      entry.endedAt = answeredAt;
      this.ends.push({ at, milliseconds: answeredAt - sentAt });
    });
    this.#changed();
  }

  /** Waits until every instance that runs has refused what has ended, or never will. */
  async refused(entry: Entry): Promise<void> {
    const { endedAt } = entry;
    if (endedAt === null) return;
    await entry.until(
      this.cluster,
      ({ refusedAfter, acceptedLast }) => refusedAfter > 2 || acceptedLast > endedAt + hopeless,
    );
  }

  /** Makes subjects and ends them, one after another, as long as it is told to. */
  async lane(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const entry = await this.open();
      await this.warm(entry);
      await this.end(entry);
      await this.refused(entry);
      entry.over = true;
    }
  }

  /** Runs lanes side by side until so many ends were begun. */
  async run(lanes: number, ends: number): Promise<void> {
    let begun = 0;
    const goesOn = (): boolean => (begun += 1) <= ends;
    await Promise.all(Array.from({ length: lanes }, () => this.lane(goesOn)));
  }

  /** Waits for something about the ends. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Sends all clients home, and waits until their last requests are answered. */
  async close(): Promise<void> {
    for (const entry of this.entries) entry.over = true;
    await Promise.all(this.#clients);
  }

  /** What was accepted though it was sent after the end had been answered. */
  stale(): string[] {
    return this.entries
      .filter((entry) => entry.worst() > 0)
      .map(({ subject, endedAt, sights }) => {
        const late = sights
          .filter(({ acceptedLast }) => acceptedLast > (endedAt ?? Number.POSITIVE_INFINITY))
          .map(({ at, credential, acceptedLast }) => {
            const by = (acceptedLast - (endedAt ?? 0)).toFixed(1);
            return `${credential.kind} at ${at.name} ${by} ms`;
          });
        return `${subject.userId}: ${late.join(", ")}`;
      });
  }

  /** The credentials that an instance still accepts, or does not refuse, though they have ended. */
  async survivors(): Promise<string[]> {
    const found: string[] = [];
    const ended = this.entries.filter(({ endedAt }) => endedAt !== null);
    const check = async (at: Instance): Promise<void> => {
      for (const { subject } of ended) {
        for (const credential of subject.credentials) {
          const status = await use(at, credential);
          if (status !== 401) found.push(`${subject.userId} at ${at.name}: ${status}`);
        }
      }
    };
    await Promise.all(this.cluster.running().map(check));
    return found;
  }

  async #present(entry: Entry, sight: Sight): Promise<void> {
    const { at, credential } = sight;
    const { pace = 0 } = this.#options;
    while (!entry.over) {
      const sentAt = performance.now();
      try {
        this.#note(entry, sight, sentAt, await use(at, credential));
      } catch {
        this.unanswered += 1;
        await pause(20);
      }
      entry.changed();
      if (pace > 0) await pause(pace);
    }
  }

  #note(entry: Entry, sight: Sight, sentAt: number, status: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (status === 200) {
      sight.accepted += 1;
      sight.acceptedLast = sentAt;
    } else if (status === 401) {
      if (entry.endedAt !== null && sentAt > entry.endedAt) sight.refusedAfter += 1;
    } else if (status !== 503) {
      this.odd.push(`${entry.subject.userId} at ${sight.at.name}: ${status}`);
    }
  }

  /** Tries at one instance after another. */
  async #insist<T>(
    among: () => readonly Instance[],
    work: (at: Instance) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const at = this.#pick(among());
      const giveUp = new AbortController();
      const lost = at.lost(giveUp.signal).then(
        () => Promise.reject(new Error("lost")),
        () => new Promise<never>(() => undefined),
      );
      try {
        return await Promise.race([work(at), lost]);
      } catch {
        await pause(20);
      } finally {
        giveUp.abort();
      }
    }
  }

  #pick<T>(list: readonly T[]): T {
    this.#dice = (Math.imul(this.#dice, 1_664_525) + 1_013_904_223) | 0;
    const picked = list[(this.#dice >>> 8) % list.length];
    if (picked === undefined) throw new Error("There is nothing to pick from.");
    return picked;
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}
