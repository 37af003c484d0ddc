/** One device. */
import type { ClientSession } from "endsession/client";
import type { ReactElement } from "react";
import { deviceIcon } from "./icons.tsx";
import { TimeAgo } from "./time.tsx";

/** Properties of {@link DeviceRow}. */
export interface DeviceRowProps {
  readonly device: ClientSession;
  /** Whether its session is over. */
  readonly gone: boolean;
  /** Whether it is being ended. */
  readonly busy: boolean;
  readonly onEnd: () => void;
}

/** A row of the list. */
export function DeviceRow(props: DeviceRowProps): ReactElement {
  const { device, gone } = props;
  const { id, device: name, lastSeenAt, createdAt, place } = device;
  return (
    <li className="device" data-gone={gone}>
      <span className="device-icon">{deviceIcon(name)}</span>
      <div className="device-text" id={`device-${id}`}>
        <p className="device-name">{name}</p>
        <p className="device-facts">
          <span>
            Last seen <TimeAgo at={lastSeenAt} />
          </span>
          <span>
            Signed in <TimeAgo at={createdAt} />
          </span>
          {place !== null && <span>{place}</span>}
        </p>
      </div>
      <div className="device-act">
        <Act {...props} />
      </div>
    </li>
  );
}

function Act({ device, gone, busy, onEnd }: DeviceRowProps): ReactElement {
  if (gone) return <span className="badge badge-gone">Logged out</span>;
  if (device.current) return <span className="badge">This device</span>;
  return (
    <button
      className="button button-small"
      type="button"
      aria-busy={busy}
      aria-describedby={`device-${device.id}`}
      onClick={busy ? undefined : onEnd}
    >
      {busy ? "Ending…" : "End"}
    </button>
  );
}
