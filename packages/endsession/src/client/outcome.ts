/** What people are told of an end. */
import type { Verdict } from "./revoke.ts";
import type { Status } from "./types.ts";

const here = "You are signed out on this device. ";

/** Sentences for people, where the server has not confirmed the end. */
export const messages: Readonly<Record<"current" | "all" | "refused", string>> = {
  current: `${here}The server has not confirmed it yet.`,
  all: `${here}Other devices may still be signed in.`,
  refused: `${here}The server refused to end it.`,
};

/** The state in which a verdict leaves this device. */
export function outcomeOf(
  verdict: Verdict,
  scope: "current" | "all",
): { readonly status: Status; readonly message: string | null } {
  if (verdict === "confirmed") return { status: "signed-out", message: null };
  if (scope === "all") {
    // Its own session was over already, or will be: the others are what is not known.
    const status = verdict === "refused" ? "signed-out" : "signed-out-locally";
    return { status, message: messages.all };
  }
  const message = verdict === "refused" ? messages.refused : messages.current;
  return { status: "signed-out-locally", message };
}
