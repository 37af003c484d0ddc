/** The parts with which one instance answers from memory, put together. */
import type { Accelerator, Denied } from "../accelerator.ts";
import type { Clock, Timers } from "../clock.ts";
import { mintId } from "../credential.ts";
import type { Crypto } from "../crypto.ts";
import type { Mark } from "../acts.ts";
import { Follower } from "./follower.ts";
import { hastened } from "./hastened.ts";
import { History } from "./history.ts";
import { Lease } from "./lease.ts";
import { Listeners } from "./listeners.ts";
import type { Logger } from "../logger.ts";
import { Memory } from "./memory.ts";
import { isProven, prove, type Secrets } from "./proof.ts";
import type { LiveSettings } from "./settings.ts";
import type { Store } from "../store.ts";
import { Watch } from "./watch.ts";
import type { End } from "../feed.ts";
import type { Consistency } from "../../protocol/receipt.ts";

/** What {@link openLive} works with. */
export interface LiveParts {
  readonly store: Store;
  readonly settings: LiveSettings;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly crypto: Crypto;
  readonly logger: Logger;
  /** Something fast that instances share; null for none. */
  readonly accelerator: Accelerator | null;
  /** How long an access token lives, in milliseconds. */
  readonly accessTokenLifetime: number;
}

/** What an instance holds in memory, and what keeps it true. */
export interface Live {
  readonly memory: Memory;
  readonly lease: Lease;
  /** The streams and sockets of this instance. */
  readonly listeners: Listeners;
  /** Begins to follow the feed. The secrets are for what instances tell each other besides. */
  start(secrets: Secrets): Promise<void>;
  /** Takes in ends that this instance has committed. */
  apply(ends: readonly End[]): void;
  /** Waits as `consistency` says until ends that were just committed are over everywhere. */
  settle(position: Mark, ends: readonly End[]): Promise<Consistency>;
  /** Tells verifiers in other languages of single access tokens that are revoked. */
  deny(tokens: readonly Denied[]): Promise<void>;
  /** What a receipt says of an end that waited so many milliseconds. */
  consistency(waited: number): Consistency;
  /** Forgets everything: a commit whose outcome is not known may have ended anything. */
  doubt(): void;
  stop(): Promise<void>;
}

/** Puts the parts together. Without a feed, or with `lease: "none"`, every check asks the store. */
export function openLive(options: LiveParts): Live {
  const { store, settings, clock, timers, crypto, logger } = options;
  const { mode, bound, remember } = settings;
  const lease = new Lease(clock);
  const listeners = new Listeners(timers, bound / 4, () => lease.holds(clock.now()));
  const memory = new Memory(remember ? settings.most : 0, clock.now(), listeners);
  const { accelerator } = options;
  const feed = store.feed && accelerator ? hastened(store.feed, accelerator) : store.feed;
  const id = mintId(crypto);
  const watch = feed && new Watch({ id, feed, bound, clock, timers });
  const history = new History({ store, clock, crypto, logger });
  const consistency = (waited: number): Consistency => ({
    mode,
    bound_ms: bound,
    waited_ms: Math.round(waited),
  });
  const interval = Math.min(feed?.interval ?? bound, bound / 4);
  const follower =
    feed && watch && remember
      ? new Follower({
          id,
          feed,
          bound,
          interval,
          memory,
          lease,
          watch,
          history,
          clock,
          timers,
          logger,
        })
      : null;
  let secrets: Secrets = () => [];
  return {
    memory,
    lease,
    listeners,
    async start(known) {
      secrets = known;
      feed?.listen({
        woken(by, ends = [], proof = "") {
          if (by === id) return;
          // At once, and nothing else: streams are told by the feed.
          const certain = ends.length > 0 && isProven(crypto, secrets, ends, proof);
          for (const end of ends) memory.forget(end, certain);
          follower?.woken();
        },
        acknowledged: (member, applied) => watch?.acknowledged(member, applied),
      });
      await follower?.start();
    },
    apply(ends) {
      follower?.own(ends);
      for (const end of ends) memory.apply(end);
      history.remember(ends);
    },
    async settle(position, ends) {
      // Before anything else, and so before the answer.
      const told = feed !== undefined && accelerator?.ready() === true;
      if (told) accelerator.wake(id, ends, prove(crypto, secrets, ends));
      const until = clock.now() + options.accessTokenLifetime;
      const denied = accelerator?.deny(ends.map((end) => ({ end, until })));
      if (mode === "bounded") {
        if (!told) watch?.call();
        return consistency(0);
      }
      const [waited = 0] = await Promise.all([watch?.settled(position, told), denied]);
      return consistency(waited);
    },
    async deny(tokens) {
      await accelerator?.deny(tokens);
    },
    consistency,
    doubt: () => memory.clear(),
    async stop() {
      await follower?.stop();
    },
  };
}
