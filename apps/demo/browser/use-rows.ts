/** The rows of the list of devices: what has left the list stays for a while, dark. */
import type { ClientSession } from "endsession/client";
import { useEffect, useState } from "react";

/** One row. */
export interface Row {
  readonly device: ClientSession;
  /** Whether its session is over. */
  readonly gone: boolean;
}

/** How long a row stays dark, in milliseconds. */
const dark = 15_000;

/** The rows for the present devices. */
export function useRows(devices: readonly ClientSession[]): readonly Row[] {
  const [known, setKnown] = useState({ devices, rows: nextRows([], devices) });
  let { rows } = known;
  if (known.devices !== devices) {
    rows = nextRows(rows, devices);
    setKnown({ devices, rows });
  }
  const someGone = rows.some(({ gone }) => gone);
  useEffect(() => {
    if (!someGone) return undefined;
    const timer = setTimeout(() => {
      setKnown((now) => ({ ...now, rows: now.rows.filter(({ gone }) => !gone) }));
    }, dark);
    return () => clearTimeout(timer);
  }, [someGone]);
  return rows;
}

/** Keeps every row in its place, this device's before all others. */
export function nextRows(rows: readonly Row[], devices: readonly ClientSession[]): readonly Row[] {
  const kept = rows.flatMap(({ device }) => {
    const now = devices.find((one) => isSame(one, device));
    if (now) return [{ device: now, gone: false }];
    return device.current ? [] : [{ device, gone: true }];
  });
  const added = devices
    .filter((one) => !kept.some(({ device }) => isSame(one, device)))
    .map((device) => ({ device, gone: false }));
  return [...kept, ...added].toSorted(
    (a, b) => Number(b.device.current) - Number(a.device.current),
  );
}

/** A session that goes on under a new id was begun when it was begun. */
function isSame(one: ClientSession, other: ClientSession): boolean {
  return one.id === other.id || (one.createdAt === other.createdAt && one.device === other.device);
}
