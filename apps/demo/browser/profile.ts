/** Who is signed in: read once, kept in memory, and forgotten at the end. */
import type { Client } from "endsession/client";
import { createStore, type Store } from "./store.ts";

/** The e-mail address of the account; null until it is known, and when nobody is signed in. */
export interface Profile extends Pick<Store<string | null>, "get" | "subscribe"> {
  /** Asks the server. An answer that comes after the end is never heard. */
  readonly load: (client: Client) => Promise<void>;
  readonly forget: () => void;
}

/** A profile of nobody. */
export function createProfile(): Profile {
  const { get, set, subscribe } = createStore<string | null>(null);
  return {
    get,
    subscribe,
    async load(client) {
      const answer = await client.fetch("/me", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const { email } = (await answer.json()) as { readonly email: string };
      if (client.getState().status === "signed-in") set(email);
    },
    forget: () => set(null),
  };
}
