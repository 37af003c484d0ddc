// @ts-check
/**
 * The anchor of P18: the same installation, but for one thing. It acknowledges every end that it
 * reads by a message of its own, instead of saying once up to where it has read.
 */

/**
 * @typedef {import("endsession").Store} Store
 * @typedef {import("endsession").Accelerator} Accelerator
 */

/**
 * Wraps what an installation is given; the library itself knows nothing of it.
 * @param {{ store: Store, accelerator?: Accelerator }} doors
 * @returns {{ store: Store, accelerator?: Accelerator }}
 */
export function eachEnd({ store, accelerator }) {
  const { feed } = store;
  if (!feed || !accelerator) throw new Error("acknowledging each end needs a feed and a Redis");
  let read = 0;
  return {
    store: changed(store, {
      feed: changed(feed, {
        async read(since, most) {
          const news = await feed.read(since, most);
          read = news.ends?.length ?? 0;
          return news;
        },
      }),
    }),
    accelerator: changed(accelerator, {
      acknowledge(id, applied) {
        for (let sent = 0; sent < Math.max(1, read); sent += 1)
          accelerator.acknowledge(id, applied);
      },
    }),
  };
}

/**
 * The same object, with some of its members in the place of its own.
 * @template {object} T
 * @param {T} target
 * @param {Partial<T>} others
 * @returns {T}
 */
function changed(target, others) {
  return new Proxy(target, {
    get(_, key) {
      if (Object.hasOwn(others, key)) return Reflect.get(others, key);
      /** @type {unknown} */
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
