/**
 * The other tabs of this origin. A message can only make a tab look: that something has ended is
 * read from the notes or from the server, so that a forged one starts nothing (CL-10).
 */
import { ownPrefix } from "./manifest.ts";

/** `over`: read the notes. `look`: ask the server. */
export type Word = "over" | "look";

/** Tells the other tabs. */
export type Tell = (word: Word) => void;

/**
 * Listens to the other tabs until it is stopped: by BroadcastChannel, else by the events of
 * `localStorage`. Gives the function that tells them.
 */
export function openTabs(heard: Tell, signal: AbortSignal): Tell {
  const channel =
    typeof BroadcastChannel === "function" ? new BroadcastChannel("endsession") : null;
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === `${ownPrefix}over`) heard("over");
    if (key === `${ownPrefix}word`) heard("look");
  };
  addEventListener("storage", onStorage, { signal });
  signal.addEventListener("abort", () => channel?.close());
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === "over" || data === "look") heard(data);
    };
  }
  return (word) => {
    try {
      // A channel that was closed throws.
      if (channel) channel.postMessage(word);
      else if (word === "look") localStorage.setItem(`${ownPrefix}word`, String(Date.now()));
    } catch {
      // The other tabs ask the server when they are looked at.
    }
  };
}
