/** The devices on which the user is signed in, and the end of any of them. */
import { type ReactElement, useRef, useState } from "react";
import { Confirm } from "./confirm.tsx";
import { DeviceItem } from "./device-item.tsx";
import { Protected } from "./protected.tsx";
import type { SessionStatusProps } from "./session-status.tsx";
import { useDevices } from "./use-devices.ts";
import { useProvided } from "./use-session.ts";

/** Properties of `DeviceList`. */
export type DeviceListProps = SessionStatusProps;

/** Shows nothing, and remembers nothing, while nobody is signed in. */
export function DeviceList(props: DeviceListProps): ReactElement {
  return (
    <Protected fallback={null}>
      <List {...props} />
    </Protected>
  );
}

function List(props: DeviceListProps): ReactElement {
  const { texts } = useProvided(props.texts);
  const { devices, loading, error, end } = useDevices();
  const [askedId, setAskedId] = useState<string | null>(null);
  const [endingId, setEndingId] = useState<string | null>(null);
  const [ended, setEnded] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const asked = devices.find(({ id }) => id === askedId);
  const name = asked?.device ?? "";

  const endAsked = async (): Promise<void> => {
    setEndingId(askedId);
    const done = asked !== undefined && (await end(asked.id));
    setEndingId(null);
    setEnded(done ? texts.deviceEnded(name) : "");
    // The button that had the focus is gone with its device.
    if (done && document.activeElement === document.body) list.current?.focus();
  };

  return (
    <section className="es-devices" aria-label={texts.devices} aria-busy={loading}>
      <ul ref={list} tabIndex={-1}>
        {devices.map((device) => (
          <DeviceItem
            key={device.id}
            device={device}
            texts={texts}
            busy={device.id === endingId}
            onEnd={() => setAskedId(device.id)}
          />
        ))}
      </ul>
      <p className="es-message" role="status">
        {error ?? (loading && devices.length === 0 ? texts.loading : ended)}
      </p>
      <Confirm
        texts={texts}
        open={asked !== undefined}
        title={texts.endDevice(name)}
        onClose={() => setAskedId(null)}
        onYes={() => void endAsked()}
      />
    </section>
  );
}
