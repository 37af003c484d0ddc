/**
 * The other tabs of this origin. A message can only make a tab look: that something has ended is
 * read from the notes or from the server, so that a forged one starts nothing (CL-10).
 */
import { ownPrefix } from "./manifest.ts";

/** `over`: read the notes. `look`: ask the server. */
export type Word = "over" | "look";

/** The line to the other tabs. */
export interface Tabs {
  tell(word: Word): void;
  close(): void;
}

/** Listens to the other tabs: by BroadcastChannel, else by the events of `localStorage`. */
export function openTabs(heard: (word: Word) => void): Tabs {
  const channel =
    typeof BroadcastChannel === "function" ? new BroadcastChannel("endsession") : null;
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === `${ownPrefix}over`) heard("over");
    if (key === `${ownPrefix}word`) heard("look");
  };
  addEventListener("storage", onStorage);
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === "over" || data === "look") heard(data);
    };
  }
  return {
    tell(word) {
      try {
        // A channel that was closed throws.
        if (channel) channel.postMessage(word);
        else if (word === "look") localStorage.setItem(`${ownPrefix}word`, String(Date.now()));
      } catch {
        // The other tabs ask the server when they are looked at.
      }
    },
    close() {
      channel?.close();
      removeEventListener("storage", onStorage);
    },
  };
}
