/** The devices on which the user is signed in. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ClientSession } from "../client/types.ts";
import { useSession } from "./use-session.ts";

export interface Devices {
  /** The most recently used first; empty until they are read, and when nobody is signed in. */
  readonly devices: readonly ClientSession[];
  readonly loading: boolean;
  /** A sentence for people when the last reading or ending failed; else null. */
  readonly error: string | null;
  /** Reads them anew. Happens by itself when sessions end, and when the window is focused. */
  readonly reload: () => Promise<void>;
  /** Ends the session of one device, and tells whether it ended. Never rejects. */
  readonly end: (sessionId: string) => Promise<boolean>;
}

type Known = Pick<Devices, "devices" | "loading" | "error">;

const nothing: Known = { devices: [], loading: false, error: null };

export function useDevices(): Devices {
  const { client, session, devicesChanged } = useSession();
  const sessionId = session?.id;
  const [known, setKnown] = useState(nothing);
  const latest = useRef(0);

  const reload = useCallback(async () => {
    latest.current += 1;
    const mine = latest.current;
    const tell = (part: Partial<Known>): void => {
      // An answer that was overtaken, or whose session has ended, fills nothing.
      if (mine === latest.current) setKnown((before) => ({ ...before, ...part }));
    };
    tell({ loading: true });
    await client.devices().then(
      (devices) => tell({ devices, loading: false, error: null }),
      ({ message }: Error) => tell({ loading: false, error: message }),
    );
  }, [client]);

  const end = (sessionId: string): Promise<boolean> =>
    client.endDevice(sessionId).then(
      async () => {
        setKnown((before) => ({
          ...before,
          devices: before.devices.filter(({ id }) => id !== sessionId),
        }));
        await reload();
        return true;
      },
      ({ message }: Error) => {
        setKnown((before) => ({ ...before, error: message }));
        return false;
      },
    );

  useEffect(() => () => setKnown(nothing), [session?.userId]);
  useEffect(() => {
    if (sessionId === undefined) return undefined;
    const again = (): void => void reload();
    again();
    addEventListener("focus", again);
    return () => {
      removeEventListener("focus", again);
      latest.current += 1;
    };
  }, [reload, sessionId, devicesChanged]);

  // They are forgotten after the next view; that one must not show them either.
  return { ...(session ? known : nothing), reload, end };
}
