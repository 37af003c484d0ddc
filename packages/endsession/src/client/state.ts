/** The state of a client, and who is told of its changes. */
import type { ClientState } from "./types.ts";

/** One for each client. */
export class State {
  readonly #listeners = new Set<(state: ClientState) => void>();
  now: ClientState = {
    status: "loading",
    session: null,
    reason: null,
    message: null,
    leftovers: [],
    devicesChanged: 0,
    idleWarning: null,
  };

  subscribe(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<ClientState>): void {
    this.now = { ...this.now, ...change };
    for (const listener of this.#listeners) {
      try {
        listener(this.now);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
