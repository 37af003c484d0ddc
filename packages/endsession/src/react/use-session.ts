/** Where the session stands, as the provider above hands it down. */
import { type Context, createContext, useContext } from "react";
import type { Client, ClientState } from "../client/types.ts";
import type { Texts } from "./texts.ts";

/** The state of the session, and the client behind it. */
export interface Session extends ClientState {
  readonly client: Client;
}

export interface Provided {
  readonly session: Session;
  readonly texts: Texts;
}

export const SessionContext: Context<Provided | null> = createContext<Provided | null>(null);

/** The session, and the texts: those of one component before the provider's. */
export function useProvided(own?: Partial<Texts>): Provided {
  const provided = useContext(SessionContext);
  if (!provided) throw new Error("There is no SessionProvider.");
  return { ...provided, texts: { ...provided.texts, ...own } };
}

/**
 * The client's state, and the client itself.
 *
 * @throws Error when there is no `SessionProvider` above.
 */
export function useSession(): Session {
  return useProvided().session;
}
