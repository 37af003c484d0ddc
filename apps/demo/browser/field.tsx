/** The parts of a form, as on the plain pages. */
import type { ComponentProps, ReactElement } from "react";
import { alert } from "./icons.tsx";

/** Properties of {@link Field}. */
export interface FieldProps extends ComponentProps<"input"> {
  /** Unique in the document; the label is bound to it. */
  readonly id: string;
  readonly label: string;
  /** The id of the sentence that says what is wrong (default none). */
  readonly errorId?: string | undefined;
}

/** A field with its label; it must be filled in. */
export function Field({ id, label, errorId, ...rest }: FieldProps): ReactElement {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        required
        {...rest}
        id={id}
        name={id}
        aria-describedby={errorId}
        aria-invalid={errorId === undefined ? undefined : true}
      />
    </div>
  );
}

/** Properties of {@link FormError}. */
export interface FormErrorProps {
  readonly id: string;
  /** What went wrong; null for nothing. */
  readonly children: string | null;
}

/** What went wrong with a form. */
export function FormError({ id, children }: FormErrorProps): ReactElement {
  return (
    <div role="alert">
      {children !== null && (
        <div className="notice notice-error">
          {alert}
          <p id={id}>{children}</p>
        </div>
      )}
    </div>
  );
}
