/** The button of all components: while it is busy it keeps the focus and does nothing. */
import type { ComponentProps, ReactElement } from "react";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly busy?: boolean;
}

export function Button({ busy = false, className, onClick, ...rest }: ButtonProps): ReactElement {
  return (
    <button
      {...rest}
      type="button"
      className={`es-button ${className ?? ""}`}
      aria-busy={busy}
      aria-disabled={busy}
      onClick={busy ? undefined : onClick}
    />
  );
}
