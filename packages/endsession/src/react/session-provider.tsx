/** Brings a client's state to everything below it. */
import {
  type ReactElement,
  type ReactNode,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { Client, ClientState } from "../client/types.ts";
import { SessionContext } from "./use-session.ts";
import { english, type Texts } from "./texts.ts";

export interface SessionProviderProps {
  /** Made once, outside of all components. It is started here; whoever made it stops it. */
  readonly client: Client;
  readonly children?: ReactNode;
  /**
   * What the server knows of the session, so that the first view is the right one (default
   * `loading`). It holds until the client has found out for itself.
   */
  readonly initialState?: Partial<ClientState> | undefined;
  /** Replaces texts of all components (default English). */
  readonly texts?: Partial<Texts> | undefined;
}

const unknown: ClientState = {
  status: "loading",
  session: null,
  reason: null,
  message: null,
  leftovers: [],
  devicesChanged: 0,
  idleWarning: null,
};

/**
 * The clients that have found out for themselves. What the server knew is outdated for them, even
 * when they are loading again: a page that was restored stays blank until it has been checked.
 */
const settled = new WeakSet<Client>();

export function SessionProvider(props: SessionProviderProps): ReactElement {
  const { client, children, initialState, texts } = props;
  const [initial] = useState((): ClientState => ({ ...unknown, ...initialState }));
  const [subscribe, read] = useMemo(
    () => [
      (changed: () => void) => client.subscribe(changed),
      () => {
        const state = client.getState();
        if (state.status !== "loading") settled.add(client);
        return settled.has(client) ? state : initial;
      },
    ],
    [client, initial],
  );
  const state = useSyncExternalStore(subscribe, read, () => initial);
  useEffect(() => {
    // What came of it is told by the state.
    client.start().catch(() => undefined);
  }, [client]);
  const provided = useMemo(
    () => ({ session: { ...state, client }, texts: { ...english, ...texts } }),
    [state, client, texts],
  );
  return <SessionContext.Provider value={provided}>{children}</SessionContext.Provider>;
}
