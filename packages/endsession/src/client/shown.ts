/** The session that is shown, and all that ends with it. */
import { follow, type Presence, type PresenceEvents } from "./presence.ts";
import type { State } from "./state.ts";
import type { Door } from "./transport.ts";
import type { ClientOptions, ClientSession, ClientState } from "./types.ts";

/** One for each client. */
export interface Shown {
  /** Shows a session, and follows it. */
  enter(session: ClientSession): void;
  /** Shuts what belongs to the session. */
  readonly leave: (change: Partial<ClientState>) => void;
  /** A request that is aborted when the session ends: no late answer fills anything. */
  readonly fetch: typeof globalThis.fetch;
  /** "Stay signed in". */
  touch(): void;
  /** Stops following. */
  readonly stop: () => void;
}

export function createShown(
  door: Door,
  options: ClientOptions,
  state: State,
  events: PresenceEvents,
): Shown {
  let presence: Presence | null = null;
  let underWay = new AbortController();

  const stop = (): void => {
    presence?.stop();
    presence = null;
  };

  return {
    enter(session) {
      // Unless it was stopped in between.
      const same = presence !== null && state.now().session?.id === session.id;
      state.set({ status: "signed-in", session, reason: null, message: null });
      if (same) return;
      presence?.stop();
      state.set({ leftovers: [] });
      presence = follow(door, session, options, events);
    },
    leave(change) {
      stop();
      underWay.abort();
      underWay = new AbortController();
      door.forget();
      state.set({ session: null, idleWarning: null, ...change });
    },
    async fetch(input, init = {}) {
      const { signal } = underWay;
      const own = init.signal ?? (input instanceof Request ? input.signal : null);
      const answer = await door.fetch(input, {
        ...init,
        signal: own ? AbortSignal.any([own, signal]) : signal,
      });
      signal.throwIfAborted();
      return answer;
    },
    touch: () => presence?.touch(),
    stop,
  };
}
