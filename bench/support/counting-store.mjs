// @ts-check
/** A store that counts what it is asked, itself and its feed, and notes when. */

/**
 * @typedef {import("endsession").Store} Store
 * @typedef {Map<string, number[]>} Calls   the times in ms, by name: `find`, `feed.read` and so on
 */

/**
 * @param {Store} store
 * @returns {{ store: Store, calls: Calls, asked: () => string[], reset: () => void }}
 *   `asked` names what was called, apart from the feed, that goes on without requests
 */
export function countingStore(store) {
  /** @type {Calls} */
  const calls = new Map();
  return {
    store: counted(store, "", calls),
    calls,
    asked: () =>
      [...calls]
        .filter(([name]) => !name.startsWith("feed."))
        .flatMap(([name, times]) => times.map(() => name)),
    reset: () => calls.clear(),
  };
}

/**
 * @template {object} T
 * @param {T} target
 * @param {string} prefix
 * @param {Calls} calls
 * @returns {T}
 */
function counted(target, prefix, calls) {
  return new Proxy(target, {
    get(_, key) {
      /** @type {any} */
      const value = Reflect.get(target, key, target);
      const name = `${prefix}${String(key)}`;
      // What answers from memory and asks nobody does not count.
      if (name === "feed.covers" || name === "feed.listen") return value.bind(target);
      if (typeof value === "function") {
        return (/** @type {unknown[]} */ ...args) => {
          calls.set(name, [...(calls.get(name) ?? []), performance.now()]);
          return value.apply(target, args);
        };
      }
      return name === "feed" && value ? counted(value, "feed.", calls) : value;
    },
  });
}
