/** What lives as long as a session is shown: its expiry, its events, and the idle timer. */
import type { Door } from "./transport.ts";
import { listen } from "./events.ts";
import { type IdleEvents, watchIdle } from "./idle.ts";
import type { ClientOptions, ClientSession } from "./types.ts";

/** What it tells. */
export interface PresenceEvents {
  /** The session may be over: look. */
  readonly over: () => void;
  /** Something else of the user has ended. */
  readonly changed: () => void;
  readonly idle: IdleEvents;
}

/** The longest delay that timers take. */
const longestDelay = 2 ** 31 - 1;

/** A session that is shown. */
export interface Presence {
  /** "Stay signed in". */
  touch(): void;
  stop(): void;
}

/** Begins to follow a session. */
export function follow(
  door: Door,
  session: ClientSession,
  options: ClientOptions,
  events: PresenceEvents,
): Presence {
  const left = session.expiresAt - Date.now() + 500;
  const timer = setTimeout(events.over, Math.min(longestDelay, left));
  const stopped = new AbortController();
  const { signal } = stopped;
  if (options.events !== false) listen({ door, ...events }, signal);
  const touch = options.idle && watchIdle(options.idle, events.idle, signal);
  return {
    touch: () => touch?.(),
    stop() {
      clearTimeout(timer);
      stopped.abort();
    },
  };
}
