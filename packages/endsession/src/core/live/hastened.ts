/** A feed whose calls go by an accelerator while that answers, and by the store otherwise. */
import type { Accelerator } from "../accelerator.ts";
import type { Feed } from "../feed.ts";

/** Nothing is lost with the accelerator: what it does not carry is found at the next poll. */
export function hastened(feed: Feed, accelerator: Accelerator): Feed {
  return {
    beats: feed.beats,
    interval: feed.interval,
    join: (id, bound) => feed.join(id, bound),
    beat: (id, applied) => feed.beat(id, applied),
    read: (since, most) => feed.read(since, most),
    call(id, aloud) {
      const ready = aloud && accelerator.ready();
      if (ready) accelerator.wake(id, [], "");
      return feed.call(id, aloud && !ready);
    },
    async acknowledge(id, applied) {
      if (accelerator.ready()) accelerator.acknowledge(id, applied);
      else await feed.acknowledge(id, applied);
    },
    expel: (id) => feed.expel(id),
    forget: (id) => feed.forget(id),
    covers: (applied, end) => feed.covers(applied, end),
    listen(listener) {
      feed.listen(listener);
      accelerator.listen(listener);
    },
  };
}
