/**
 * What the tabs of an origin and their next start must know: in `localStorage`, or, where that is
 * full or blocked, in this page alone. It holds no secret that authenticates anybody.
 */
import { ownPrefix } from "./manifest.ts";

/** The last end on this device. A higher number is newer: an old tab cannot undo it. */
export interface Over {
  readonly number: number;
  /** The session that ended; null where it was not known. */
  readonly sessionId: string | null;
  readonly reason: string;
  /** When, in milliseconds since 1970 by this device's clock. */
  readonly at: number;
  /** The server has confirmed it, or somebody has signed in since. */
  readonly settled?: boolean;
}

/** What ends one session and does nothing else: its end-only ticket, and where to send it. */
export interface EndTicket {
  readonly url: string;
  readonly sessionId: string;
  /** Whose data is on this device. */
  readonly userId?: string;
  readonly ticket: string;
}

/** The notes by name. */
interface Notes {
  over: Over;
  /** The present session's. */
  ticket: EndTicket;
  /** Ends that the server has not confirmed yet. */
  kept: readonly EndTicket[];
  /** When anybody was last active in any tab, in milliseconds since 1970. */
  active: number;
  /** When a tab was last open. */
  open: number;
}

const page = new Map<string, string>();

/** Other software on the origin, or another version, may have left anything. */
const sound: { readonly [N in keyof Notes]: (value: Notes[N]) => boolean } = {
  over: ({ number }) => number > 0,
  ticket: isTicket,
  kept: (value) => value.every(isTicket),
  active: isNumber,
  open: isNumber,
};

function isTicket({ url, sessionId, ticket }: EndTicket): boolean {
  return [url, sessionId, ticket].every((text) => typeof text === "string");
}

function isNumber(value: number): boolean {
  return typeof value === "number";
}

/** Reads a note. Whatever cannot be read is not there. */
export function read<N extends keyof Notes>(name: N): Notes[N] | null {
  const key = ownPrefix + name;
  try {
    const text = page.get(key) ?? localStorage.getItem(key);
    const value = JSON.parse(text ?? "null") as Notes[N];
    return sound[name](value) ? value : null;
  } catch {
    return null;
  }
}

/** Writes a note, or removes it. */
export function write<N extends keyof Notes>(name: N, value: Notes[N] | null): void {
  const key = ownPrefix + name;
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    page.delete(key);
  } catch {
    if (value === null) page.delete(key);
    else page.set(key, JSON.stringify(value));
    forgetStored(key);
  }
}

/** What could not be replaced would tell the other tabs that nothing has happened. */
function forgetStored(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Blocked altogether.
  }
}

/** How many ends there have been on this device: what was asked before the last tells nothing. */
export function numberOfEnds(): number {
  return read("over")?.number ?? 0;
}

/** Notes that a session is over on this device. */
export function noteOver(sessionId: string | null, reason: string): Over {
  const at = Date.now();
  // Higher also than what a cleared storage has forgotten.
  const over = { number: Math.max(numberOfEnds() + 1, at), sessionId, reason, at };
  write("over", over);
  return over;
}

/** Notes that nothing is to be done about the last end any more. */
export function settle(): void {
  const over = read("over");
  if (over && over.settled !== true) write("over", { ...over, settled: true });
}

/** Keeps an end until the server has confirmed it. */
export function keep(end: EndTicket): void {
  forget(end);
  write("kept", [...(read("kept") ?? []), end]);
}

/** Forgets an end that was confirmed. */
export function forget({ sessionId }: EndTicket): void {
  const others = (read("kept") ?? []).filter((one) => one.sessionId !== sessionId);
  write("kept", others.length > 0 ? others : null);
}
