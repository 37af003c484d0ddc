// @ts-check
/** A store whose feed tells how long an instance took to apply what it has read. */

/** @typedef {import("endsession").Store} Store */

/**
 * @param {Store} store
 * @returns {{ store: Store, applied: () => Promise<number> }} `applied` waits for the next ends that
 *   are read, and gives the microseconds from then until they are acknowledged
 */
export function watchedFeed(store) {
  const { feed } = store;
  if (!feed) throw new Error("this store has no feed");
  let readAt = 0;
  /** @type {((microseconds: number) => void)[]} */
  const waiting = [];
  const methods = {
    read: async (/** @type {Parameters<typeof feed.read>} */ ...args) => {
      const news = await feed.read(...args);
      if (news.ends?.length !== 0) readAt = performance.now();
      return news;
    },
    acknowledge: (/** @type {Parameters<typeof feed.acknowledge>} */ ...args) => {
      const time = (performance.now() - readAt) * 1000;
      if (readAt > 0) for (const heard of waiting.splice(0)) heard(time);
      readAt = 0;
      return feed.acknowledge(...args);
    },
  };
  return {
    store: replaced(store, { feed: replaced(feed, methods) }),
    applied: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

/**
 * An object, some of whose members are others.
 * @template {object} T
 * @param {T} target
 * @param {Partial<T>} members
 * @returns {T}
 */
function replaced(target, members) {
  return new Proxy(target, {
    get(_, key) {
      if (key in members) return Reflect.get(members, key);
      /** @type {unknown} */
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
