/** A button that asks before it logs out. */
import { type ReactElement, useState } from "react";
import { Confirm } from "./confirm.tsx";
import { LogoutButton, type LogoutButtonProps } from "./logout-button.tsx";
import { useProvided } from "./use-session.ts";

/** Properties of `LogoutWithConfirmation`. */
export type LogoutWithConfirmationProps = Omit<LogoutButtonProps, "ask">;

export function LogoutWithConfirmation(props: LogoutWithConfirmationProps): ReactElement {
  const { scope = "current" } = props;
  const { texts } = useProvided(props.texts);
  const [asked, setAsked] = useState<(() => void) | null>(null);
  return (
    <>
      <LogoutButton {...props} ask={(logOut) => setAsked(() => logOut)} />
      <Confirm
        texts={texts}
        open={asked !== null}
        scope={scope}
        onClose={() => setAsked(null)}
        onYes={() => asked?.()}
      />
    </>
  );
}
