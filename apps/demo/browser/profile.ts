/** Who is signed in: read once for each session, kept in memory, and forgotten at the end. */
import type { Client } from "endsession/client";
import { createStore, type Store } from "./store.ts";

/** The e-mail address of the account; null until it is known, and when nobody is signed in. */
export interface Profile extends Pick<Store<string | null>, "get" | "subscribe"> {
  /** Reads it whenever somebody has signed in. */
  readonly follow: (client: Client) => void;
  readonly forget: () => void;
}

/** A profile of nobody. */
export function createProfile(): Profile {
  const { get, set, subscribe } = createStore<string | null>(null);
  const load = async (client: Client): Promise<void> => {
    const answer = await client.fetch("/me", { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const { email } = (await answer.json()) as { readonly email: string };
    if (client.getState().status === "signed-in") set(email);
  };
  return {
    get,
    subscribe,
    follow(client) {
      let sessionId: string | undefined;
      client.subscribe(({ session }) => {
        const isNew = session !== null && session.id !== sessionId;
        sessionId = session?.id;
        // What cannot be read now is read with the next session.
        if (isNew) load(client).catch(() => undefined);
      });
    },
    forget: () => set(null),
  };
}
