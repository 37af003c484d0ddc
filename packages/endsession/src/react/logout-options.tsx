/** The ways to log out, to be unfolded. */
import type { ReactElement } from "react";
import { LogoutButton, type LogoutButtonProps } from "./logout-button.tsx";
import { useProvided } from "./use-session.ts";

/**
 * Properties of `LogoutOptions`: `children` stand on what unfolds, `className` is for its buttons.
 */
export type LogoutOptionsProps = Omit<LogoutButtonProps, "scope">;

/** This device, the others, all. */
export function LogoutOptions(props: LogoutOptionsProps): ReactElement {
  const { children, ...rest } = props;
  const { texts } = useProvided(rest.texts);
  return (
    <details className="es-options">
      <summary className="es-button">{children ?? texts.options}</summary>
      <LogoutButton {...rest}>{texts.logoutHere}</LogoutButton>
      <LogoutButton {...rest} scope="others" />
      <LogoutButton {...rest} scope="all" />
    </details>
  );
}
