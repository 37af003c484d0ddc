/** Asks whether somebody is still there, before the session ends without activity. */
import { type ReactElement, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import type { SessionStatusProps } from "./session-status.tsx";
import { useIdle } from "./use-idle.ts";
import { useLogout } from "./use-logout.ts";
import { useProvided } from "./use-session.ts";

/** Properties of `IdleWarning`. */
export type IdleWarningProps = SessionStatusProps;

/** Counts down while the warning is due. Escape is a sign of life too. */
export function IdleWarning(props: IdleWarningProps): ReactElement {
  const { texts } = useProvided(props.texts);
  const { warning, secondsLeft, stayActive } = useIdle();
  const { logout, loading } = useLogout();
  const [error, setError] = useState<string | null>(null);
  const seconds = secondsLeft ?? 0;
  const stay = (): void => {
    setError(null);
    stayActive().catch(({ message }: Error) => setError(message));
  };
  return (
    <Dialog
      open={warning}
      title={texts.idleTitle}
      text={<span role="status">{error ?? texts.idle(milestone(seconds))}</span>}
      onDismiss={stay}
    >
      <span className="es-countdown" role="timer">
        {new Date(seconds * 1000).toISOString().slice(14, 19)}
      </span>
      <Button className="es-primary" onClick={stay}>
        {texts.stay}
      </Button>
      <Button busy={loading} onClick={() => void logout()}>
        {loading ? texts.loggingOut : texts.logout.current}
      </Button>
    </Dialog>
  );
}

/** Screen readers hear of these moments only, not of every second. */
function milestone(seconds: number): number {
  if (seconds <= 10) return 10;
  return seconds <= 30 ? 30 : Math.ceil(seconds / 60) * 60;
}
