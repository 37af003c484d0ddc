/** Logging out, once however often it is asked for. */
import { useCallback, useRef, useState } from "react";
import type { LogoutOptions, LogoutResult, LogoutScope, Status } from "../client/types.ts";
import { useSession } from "./use-session.ts";

export interface Logout {
  /** Never rejects. While one is under way, another of the same scope is the same. */
  readonly logout: (options?: LogoutOptions) => Promise<LogoutResult>;
  /** Whether a logout that was asked for here is under way. */
  readonly loading: boolean;
  /** A sentence for people when it was not confirmed; else null. */
  readonly error: string | null;
  /** What the last one here came to, for as long as that is so; else null. */
  readonly result: LogoutResult | null;
  /** Where the session stands. */
  readonly status: Status;
}

interface Running {
  readonly scope: LogoutScope;
  readonly answer: Promise<LogoutResult>;
}

export function useLogout(): Logout {
  const { client, status } = useSession();
  const [last, setLast] = useState<LogoutResult | "awaited" | null>(null);
  // Not the state: two clicks may come before the next rendering.
  const latest = useRef<Running | null>(null);

  const logout = useCallback(
    (options: LogoutOptions = {}): Promise<LogoutResult> => {
      const scope = options.scope ?? "current";
      if (latest.current?.scope === scope) return latest.current.answer;
      const running = { scope, answer: client.logout(options) };
      latest.current = running;
      setLast("awaited");
      void running.answer.then((came) => {
        if (latest.current !== running) return;
        latest.current = null;
        setLast(came);
      });
      return running.answer;
    },
    [client],
  );
  // The client goes on trying: once it stands elsewhere, what came of it is no longer true.
  const loading = last === "awaited";
  const result = !loading && last?.status === status ? last : null;
  return { logout, loading, error: result?.message ?? null, result, status };
}
