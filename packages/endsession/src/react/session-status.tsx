/** Says where the session stands, for eyes and for screen readers. */
import type { ReactElement } from "react";
import type { Texts } from "./texts.ts";
import { useProvided } from "./use-session.ts";

export interface SessionStatusProps {
  /** Replaces texts. */
  readonly texts?: Partial<Texts> | undefined;
}

/**
 * Why somebody was logged out, and what has not been confirmed yet. Put it outside of what it
 * tells of, once, and keep it there: a screen reader announces only what changes.
 */
export function SessionStatus(props: SessionStatusProps): ReactElement {
  const { session, texts } = useProvided(props.texts);
  const { status, reason, message } = session;
  return (
    <p className="es-status" role="status" data-status={status}>
      {status === "signing-out" ? texts.loggingOut : (message ?? (reason && texts.reasons[reason]))}
    </p>
  );
}
