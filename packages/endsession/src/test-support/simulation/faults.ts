/**
 * The rules of the lease, each left out on purpose: planted from outside, by what stands before
 * the doors or in the place of a part.
 */
import type { Mark } from "../../core/acts.ts";
import type { Clock } from "../../core/clock.ts";
import type { Feed, News, Sight } from "../../core/feed.ts";
import { Lease, type Moment } from "../../core/live/lease.ts";
import type { Live } from "../../core/live/live.ts";
import { Watch } from "../../core/live/watch.ts";
import type { Fault } from "./instance.ts";
import { Machine } from "./machine.ts";

/** A feed with some of its calls changed. */
function changed(feed: Feed, changes: Partial<Feed>): Feed {
  return {
    beats: feed.beats,
    interval: feed.interval,
    join: (id, bound) => feed.join(id, bound),
    beat: (id, applied) => feed.beat(id, applied),
    read: (since, most) => feed.read(since, most),
    call: (id, aloud) => feed.call(id, aloud),
    acknowledge: (id, applied) => feed.acknowledge(id, applied),
    expel: (id) => feed.expel(id),
    forget: (id) => feed.forget(id),
    covers: (applied, end) => feed.covers(applied, end),
    listen: (listener) => feed.listen(listener),
    ...changes,
  };
}

/** A lease that works, but by another clock. */
function leaseBy(live: Live, clock: Clock): Live {
  const lease = new Lease(clock);
  Object.assign(live.lease, {
    extend: lease.extend.bind(lease),
    end: lease.end.bind(lease),
    holds: () => lease.holds(clock.now()),
  });
  return live;
}

/** Rule 4: memory is believed whether the lease holds or not. */
export const noLease: Fault = {
  live(live) {
    Object.assign(live.lease, { holds: () => true });
    return live;
  },
};

/** Rule 3: the lease counts from the answer to the poll. */
export const leaseFromAnswer: Fault = {
  live(live) {
    const extend = live.lease.extend.bind(live.lease);
    Object.assign(live.lease, {
      extend: (_: unknown, bound: number) => extend(live.lease.moment(), bound),
    });
    return live;
  },
};

/** Rule 1: reads, then beats. */
export const readBeforeBeat: Fault = {
  feed(feed) {
    let early: News | null = null;
    return changed(feed, {
      async beat(id, applied) {
        early = await feed.read(applied, 1000);
        return feed.beat(id, applied);
      },
      async read(since, most) {
        const news = early ?? (await feed.read(since, most));
        early = null;
        return news;
      },
    });
  },
};

/** Rule 1: beats and reads in one transaction, and therefore in one snapshot. */
export const beatWithRead: Fault = {
  feed(feed) {
    let beating: { readonly id: string; readonly applied: Mark | null } | null = null;
    return changed(feed, {
      async beat(id, applied) {
        beating = { id, applied };
        return true;
      },
      async read(since, most) {
        const of = beating;
        beating = null;
        return of ? feed.beatAndRead(of.id, since) : feed.read(since, most);
      },
    });
  },
};

/** Rule 5: what is found is remembered, whatever has ended meanwhile. */
export const insertUnseen: Fault = {
  live(live) {
    Object.assign(live.memory, { begin: () => ({ moved: new Set() }) });
    return live;
  },
};

/** Rule 4: the clocks are read every 400 ms. */
export const cachedClock: Fault = {
  live(live, { clock }) {
    let readAt = Number.NEGATIVE_INFINITY;
    let cached = { monotonic: 0, now: 0 };
    const read = (): typeof cached => {
      const monotonic = clock.monotonic();
      if (monotonic - readAt >= 400) {
        readAt = monotonic;
        cached = { monotonic, now: clock.now() };
      }
      return cached;
    };
    return leaseBy(live, { monotonic: () => read().monotonic, now: () => read().now });
  },
};

/** Rule 4: the wall clock is not looked at. */
export const noWallClock: Fault = {
  live(live, { clock }) {
    const faulty = leaseBy(live, { ...clock, now: () => clock.monotonic() });
    const extend = faulty.lease.extend.bind(faulty.lease);
    Object.assign(faulty.lease, {
      extend: ({ monotonic }: Moment, bound: number) =>
        extend({ monotonic, wall: monotonic }, bound),
    });
    return faulty;
  },
};

/** Rule 8: who ends waits half a second and no longer. */
export const impatient: Fault = {
  live: (live, { timers }) => ({
    ...live,
    settle: (position, ends) =>
      Promise.race([
        live.settle(position, ends),
        new Promise<ReturnType<Live["consistency"]>>((resolve) => {
          timers.after(500, () => resolve(live.consistency(500)));
        }),
      ]),
  }),
};

/** Rule 2: only what all running transactions have left behind is read. */
export const belowOldest: Fault = {
  feed: (feed) =>
    changed(feed, { read: (since, most) => feed.read(since, most, { belowOldest: true }) }),
};

/** Rule 6: an instance that was expelled goes on with all it remembers. */
export const staysExpelled = (feed: Feed): Feed =>
  changed(feed, {
    async beat(id, applied) {
      if (!(await feed.beat(id, applied))) await feed.join(id, 2000);
      return true;
    },
  });

type See = (sight: Sight, began: number) => void;

/** Changes what every watch sees while `work` runs. */
async function withWatch<T>(
  change: (watch: Watch, see: See) => See,
  work: () => Promise<T>,
): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(Watch.prototype, "see") as PropertyDescriptor;
  const see = own.value as (this: Watch, ...of: Parameters<See>) => void;
  Watch.prototype.see = function changed(this: Watch, sight, began) {
    change(this, see.bind(this))(sight, began);
  };
  try {
    return await work();
  } finally {
    Object.defineProperty(Watch.prototype, "see", own);
  }
}

/** Rule 9: who is not seen is not there, from the first look on. */
export const trustsTheFirstLook: Fault = {
  around(work) {
    const known = new WeakMap<Watch, string>();
    return withWatch(
      (watch, see) => (sight, began) => {
        const machine = Machine.current;
        if (machine && known.get(watch) !== sight.incarnation) {
          known.set(watch, sight.incarnation);
          // As if it had been watching for long.
          machine.shift = -60_000;
          see({ ...sight, members: [] }, began);
          machine.shift = 0;
        }
        see(sight, began);
      },
      work,
    );
  },
};

const incarnations = new WeakMap<Sight, string>();

/** Rule 6: positions are kept over a crash, after which numbers are given out again. */
export const keepsPosition: Fault = {
  feed: (feed) =>
    changed(feed, {
      async read(since, most) {
        const news = await feed.read(since, most, { anyLife: true });
        const blind = { ...news, incarnation: "the same" };
        incarnations.set(blind, news.incarnation);
        return blind;
      },
    }),
  // It is the follower that does not notice.
  around: (work) =>
    withWatch(
      (_, see) => (sight, began) =>
        see({ ...sight, incarnation: incarnations.get(sight) ?? sight.incarnation }, began),
      work,
    ),
};

/** An instance that polls, and never gets to know of an end. */
export const deaf: Fault = {
  feed: (feed) =>
    changed(feed, {
      async read(since, most) {
        const news = await feed.read(since, most);
        return { ...news, ends: [], position: since ?? news.position };
      },
    }),
};

/** The same, and deaf to its expulsion as well. */
export const deafAndUnmoved: Fault = {
  feed: (feed, machine) => staysExpelled(deaf.feed?.(feed, machine) ?? feed),
};

/** An end that others have committed is answered at once. */
export const answersForOthers: Fault = {
  live: (live) => ({
    ...live,
    settle: async (position, ends) =>
      ends.every(({ auditId }) => auditId === null)
        ? live.consistency(0)
        : live.settle(position, ends),
  }),
};
