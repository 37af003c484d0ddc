/** The devices, this one first; one that ends elsewhere goes dark before it leaves the list. */
import type { ClientSession } from "endsession/client";
import { LogoutButton, LogoutWithConfirmation, useDevices } from "endsession/react";
import { type ReactElement, useState } from "react";
import { DeviceRow } from "./device-row.tsx";
import { alert } from "./icons.tsx";
import { useRows } from "./use-rows.ts";

/** The list, with the acts that end sessions. */
export function Devices(): ReactElement {
  const { devices, loading, error, end } = useDevices();
  const rows = useRows(devices);
  const [endingId, setEndingId] = useState<string | null>(null);
  const [ended, setEnded] = useState("");
  const endOne = async ({ id, device }: ClientSession): Promise<void> => {
    setEndingId(id);
    setEnded((await end(id)) ? `${device} has been logged out.` : "");
    setEndingId(null);
  };
  return (
    <section className="panel" aria-labelledby="devices-title">
      <div className="panel-head">
        <h2 id="devices-title">Devices</h2>
        <p>Where you are signed in now. What ends anywhere goes dark here within a second.</p>
      </div>
      <div className="card">
        {error !== null && (
          <div className="notice notice-error device-error" role="alert">
            {alert}
            <p>{error}</p>
          </div>
        )}
        <ul className="devices" aria-busy={loading}>
          {rows.map(({ device, gone }) => (
            <DeviceRow
              key={device.createdAt + device.device}
              device={device}
              gone={gone}
              busy={device.id === endingId}
              onEnd={() => void endOne(device)}
            />
          ))}
        </ul>
        <p className="unseen" role="status">
          {ended}
        </p>
        <div className="acts acts-apart">
          <LogoutWithConfirmation>Log out this device</LogoutWithConfirmation>
          <LogoutButton scope="others" />
          <LogoutWithConfirmation scope="all" className="danger" />
        </div>
      </div>
    </section>
  );
}
