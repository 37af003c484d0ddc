/** The address of whoever is signed in. */
import { useSession } from "endsession/react";
import { useEffect, useSyncExternalStore } from "react";
import { profile } from "./session.ts";

/** Null until the server has told it. */
export function useProfile(): string | null {
  const { client, session } = useSession();
  const userId = session?.userId;
  useEffect(() => {
    // What cannot be read now is read with the next view.
    if (userId !== undefined) profile.load(client).catch(() => undefined);
  }, [client, userId]);
  return useSyncExternalStore(profile.subscribe, profile.get);
}
