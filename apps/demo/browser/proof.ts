/** The question for a fresh proof: the client asks it, a dialog answers it. */
import { createStore, type Store } from "./store.ts";

/** Whether the question is open. */
export interface Proof extends Pick<Store<boolean>, "get" | "subscribe"> {
  /** Opens the question; gives whether the proof was given. */
  readonly ask: () => Promise<boolean>;
  /** Closes it. */
  readonly answer: (given: boolean) => void;
}

/** Nobody has asked yet. */
export function createProof(): Proof {
  const open = createStore(false);
  let waiting: ((given: boolean) => void)[] = [];
  return {
    get: open.get,
    subscribe: open.subscribe,
    ask: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        open.set(true);
      }),
    answer(given) {
      const all = waiting;
      waiting = [];
      open.set(false);
      for (const resolve of all) resolve(given);
    },
  };
}
