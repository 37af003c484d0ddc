/** The state of a client, and who is told of its changes. */
import type { ClientState } from "./types.ts";

/** One for each client. */
export interface State {
  readonly now: () => ClientState;
  readonly subscribe: (listener: (state: ClientState) => void) => () => void;
  readonly set: (change: Partial<ClientState>) => void;
}

/** Begins with `loading`. */
export function createState(): State {
  const listeners = new Set<(state: ClientState) => void>();
  let state: ClientState = {
    status: "loading",
    session: null,
    reason: null,
    message: null,
    leftovers: [],
    devicesChanged: 0,
    idleWarning: null,
  };
  return {
    now: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(change) {
      state = { ...state, ...change };
      for (const listener of listeners) {
        try {
          listener(state);
        } catch (error) {
          reportError(error);
        }
      }
    },
  };
}
