/**
 * Logout in one call, for pages without the whole client: clears this device at once, tells the
 * other tabs, then ends the session on the server. What could not be confirmed is kept, and the next
 * client on any page of the origin finishes it.
 */
import { clear, type Manifest } from "./manifest.ts";
import { type EndTicket, forget, keep, noteOver, numberOfEnds, read, write } from "./notes.ts";
import { revoke, type Verdict, worstOf } from "./revoke.ts";
import type { LogoutScope } from "./types.ts";

/** Options of {@link logout}. */
export interface PlainLogoutOptions {
  /** Where endsession's routes are (default ``). */
  readonly basePath?: string;
  readonly manifest?: Manifest;
  /** `current` (default) or `all`. */
  readonly scope?: Exclude<LogoutScope, "others">;
}

/** Gives whether the server has confirmed the end. Never rejects. */
export async function logout(options: PlainLogoutOptions = {}): Promise<boolean> {
  const { verdict } = await end(options, tellTabs);
  return verdict === "confirmed";
}

/** Where there is no channel, the note itself is heard of. */
function tellTabs(): void {
  try {
    const channel = new BroadcastChannel("endsession");
    channel.postMessage("over");
    channel.close();
  } catch {
    // An old browser.
  }
}

/** The two phases: all that this device can do by itself, and then the server. */
export async function end(
  { basePath: url = "", manifest = {}, scope = "current" }: PlainLogoutOptions,
  tell: () => void,
  reason: string = "logged_out",
): Promise<{ readonly verdict: Verdict; readonly ticket: EndTicket | null }> {
  const known = read("ticket");
  let ticket = known?.url === url ? known : null;
  let pending = ticket;
  let over = noteOver(ticket?.sessionId ?? null, reason);
  const note = (): void => {
    if (numberOfEnds() <= over.number) write("over", over);
    if (pending) keep(pending);
  };
  note();
  write("ticket", null);
  tell();
  const cleared = clear(manifest);
  // A storage that was full has room now; and an application may have cleared all of it.
  note();
  let verdict = await revoke({ url, ticket: ticket?.ticket ?? null, scope });
  if (ticket && verdict === "void") {
    // What is to end now is whatever this browser is signed in with: the cookie speaks.
    forget(ticket);
    pending = ticket = null;
    over = noteOver(null, reason);
    verdict = await revoke({ url, ticket: null, scope });
  }
  if (ticket && verdict === "refused" && scope === "all") {
    // Ending all of them was refused: this one ends all the same.
    const own = await revoke({ url, ticket: ticket.ticket, scope: "current" });
    if (own === "unknown" || own === "refused") verdict = "unknown";
  }
  if (verdict === "confirmed") over = { ...over, settled: true };
  if (ticket && verdict !== "unknown") {
    pending = null;
    forget(ticket);
  }
  await cleared;
  note();
  return { verdict, ticket };
}

/** Tries again what is kept. Gives the worst that has come of it. */
export async function finishKept(): Promise<Verdict> {
  const tries = (read("kept") ?? []).map(async (one) => {
    const verdict = await revoke({ ...one, scope: "current" });
    if (verdict !== "unknown") forget(one);
    return verdict;
  });
  return worstOf(await Promise.all(tries));
}
