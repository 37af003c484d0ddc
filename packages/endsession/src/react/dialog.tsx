/** A modal `<dialog>`: the browser moves the focus in and back, and keeps it there. */
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly text: ReactNode;
  /** The buttons. The first one gets the focus. */
  readonly children: ReactNode;
  /** Escape was pressed. A dialog that is still open afterwards shows itself again. */
  readonly onDismiss: () => void;
}

export function Dialog(props: DialogProps): ReactElement {
  const { open, title, text, children, onDismiss } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // At each rendering: Escape closes the element without asking, and `open` may stay true.
  useEffect(() => {
    if (!open) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  });
  return (
    <dialog
      ref={dialog}
      className="es-dialog"
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}text`}
      onClose={({ currentTarget }) => {
        // One that was opened anew hears of its last closing still.
        if (open && !currentTarget.open) onDismiss();
      }}
    >
      {open && (
        <>
          <h2 id={`${id}title`}>{title}</h2>
          <p id={`${id}text`}>{text}</p>
          <div>{children}</div>
        </>
      )}
    </dialog>
  );
}
