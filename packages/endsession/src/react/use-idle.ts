/** The time that is left without activity, once the warning is due. */
import { useCallback, useSyncExternalStore } from "react";
import { useSession } from "./use-session.ts";

export interface Idle {
  /** Whether the warning is due. */
  readonly warning: boolean;
  /** Whole seconds until the session ends, counted down; null while there is nothing to warn of. */
  readonly secondsLeft: number | null;
  /** Counts as activity, here and on the server. */
  readonly stayActive: () => Promise<void>;
}

export function useIdle(): Idle {
  const { client, status, idleWarning } = useSession();
  const endsAt = status === "signed-in" && idleWarning ? idleWarning.endsAt : null;
  const tick = useCallback(
    (changed: () => void) => {
      // More often than every second, so that none is left out.
      const timer = endsAt === null ? undefined : setInterval(changed, 250);
      return () => clearInterval(timer);
    },
    [endsAt],
  );
  const secondsLeft = useSyncExternalStore(
    tick,
    () => (endsAt === null ? null : Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))),
    () => null,
  );
  return { warning: secondsLeft !== null, secondsLeft, stayActive: () => client.stayActive() };
}
