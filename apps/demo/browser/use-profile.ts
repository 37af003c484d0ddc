/** The address of whoever is signed in. */
import { useSyncExternalStore } from "react";
import { profile } from "./session.ts";

/** Null until the server has told it. */
export function useProfile(): string | null {
  return useSyncExternalStore(profile.subscribe, profile.get);
}
