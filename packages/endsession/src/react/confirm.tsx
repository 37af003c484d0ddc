/** Asks before something is ended. */
import type { ReactElement } from "react";
import type { LogoutScope } from "../client/types.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import type { Texts } from "./texts.ts";

export interface ConfirmProps {
  readonly texts: Texts;
  readonly open: boolean;
  /** What the button that confirms will end (default `current`). */
  readonly scope?: LogoutScope;
  /** The question (default the words of that button). */
  readonly title?: string;
  readonly onYes: () => void;
  /** Called for both answers, and for Escape. */
  readonly onClose: () => void;
}

export function Confirm(props: ConfirmProps): ReactElement {
  const { texts, open, scope = "current", title, onYes, onClose } = props;
  const yes = texts.logout[scope];
  return (
    <Dialog open={open} title={title ?? `${yes}?`} text={texts.confirm} onDismiss={onClose}>
      <Button onClick={onClose}>{texts.cancel}</Button>
      <Button
        className="es-primary"
        onClick={() => {
          onClose();
          onYes();
        }}
      >
        {yes}
      </Button>
    </Dialog>
  );
}
