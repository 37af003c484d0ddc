/** One device in the list. */
import { type ReactElement, useId } from "react";
import type { ClientSession } from "../client/types.ts";
import { Button } from "./button.tsx";
import type { Texts } from "./texts.ts";

export interface DeviceItemProps {
  readonly device: ClientSession;
  readonly texts: Texts;
  /** Whether it is being ended. */
  readonly busy: boolean;
  readonly onEnd: () => void;
}

export function DeviceItem({ device, texts, busy, onEnd }: DeviceItemProps): ReactElement {
  const id = useId();
  const { device: name, current, lastSeenAt, place } = device;
  return (
    <li className="es-device" data-current={current}>
      <p id={id}>
        <strong>{name}</strong>{" "}
        <small>{[texts.lastSeen(lastSeenAt), place].filter(Boolean).join(" · ")}</small>
      </p>
      {current ? (
        <em>{texts.thisDevice}</em>
      ) : (
        <Button aria-haspopup="dialog" aria-describedby={id} busy={busy} onClick={onEnd}>
          {busy ? texts.loggingOut : texts.logout.current}
        </Button>
      )}
    </li>
  );
}
