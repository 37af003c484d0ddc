/** A button that logs out. */
import type { ReactElement, ReactNode } from "react";
import type { LogoutOptions } from "../client/types.ts";
import { Button } from "./button.tsx";
import type { Texts } from "./texts.ts";
import { useLogout } from "./use-logout.ts";
import { useProvided } from "./use-session.ts";

export interface LogoutButtonProps extends LogoutOptions {
  /** What stands on the button (default `texts.logout`). */
  readonly children?: ReactNode;
  /** A class name beside our own. */
  readonly className?: string | undefined;
  /** Replaces texts. */
  readonly texts?: Partial<Texts> | undefined;
  /** Called instead of logging out, with what does it: for a question of your own. */
  readonly ask?: (logOut: () => void) => void;
}

/** Logs out at the click. What came of it, unless it is plain to see, is said beside it. */
export function LogoutButton(props: LogoutButtonProps): ReactElement {
  const { scope = "current", children, className, texts: own, ask, ...options } = props;
  const { texts } = useProvided(own);
  const { logout, loading, error, result, status } = useLogout();
  const logOut = (): void => void logout({ ...options, scope });
  return (
    <>
      <Button
        className={`es-logout ${className ?? ""}`}
        data-status={status}
        aria-haspopup={ask && "dialog"}
        busy={loading}
        onClick={ask ? () => ask(logOut) : logOut}
      >
        {loading ? texts.loggingOut : (children ?? texts.logout[scope])}
      </Button>
      <span className="es-message" role="status">
        {error ?? (result?.confirmed && scope === "others" && texts.othersEnded)}
      </span>
    </>
  );
}
