/** Which view goes with a state. */
import type { ClientState } from "endsession/client";

/** What the main part shows. */
export type View = "waiting" | "account" | "leaving" | "locked" | "ended" | "sign-in";

/** `again`: whether the person wants to sign in, now that it is over. */
export function viewOf({ status, reason }: ClientState, again: boolean): View {
  if (status === "loading") return "waiting";
  if (status === "signed-in") return "account";
  if (status === "signing-out") return "leaving";
  if (again || reason === null || reason === "not_signed_in") return "sign-in";
  return status === "signed-out-locally" ? "locked" : "ended";
}
