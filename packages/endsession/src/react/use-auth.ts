/** The names of the endpoint reference that this project started from, for those who use them. */
import type { LogoutOptions, LogoutResult } from "../client/types.ts";
import { SessionProvider } from "./session-provider.tsx";
import { useSession } from "./use-session.ts";

/** What `useAuth` gave there. */
export interface Auth {
  readonly user: { readonly id: string } | null;
  /** Always null: the credential is a cookie that no script can read. */
  readonly accessToken: null;
  /** Always null, likewise. */
  readonly refreshToken: null;
  /** Whether it is not known yet if somebody is signed in. */
  readonly loading: boolean;
  readonly isAuthenticated: boolean;
  /** Ends the session. Never rejects. */
  readonly logout: (options?: LogoutOptions) => Promise<LogoutResult>;
  /** Ends the session too: clearing this device alone would leave it alive on the server. */
  readonly clearTokens: () => void;
}

/** `SessionProvider`, under the name that goes with `useAuth`. */
export const AuthProvider: typeof SessionProvider = SessionProvider;

/** @throws Error when there is no `AuthProvider` or `SessionProvider` above. */
export function useAuth(): Auth {
  const { client, status, session } = useSession();
  return {
    user: session && { id: session.userId },
    accessToken: null,
    refreshToken: null,
    loading: status === "loading",
    isAuthenticated: status === "signed-in",
    logout: (options) => client.logout(options),
    clearTokens: () => void client.logout(),
  };
}
