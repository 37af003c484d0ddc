/**
 * Notices, at the next start, that the browser was closed: no tab has been open for a while. The
 * moment itself cannot be told reliably, so nothing is sent when a page is left.
 */
import { read, write } from "./notes.ts";

/** How long no tab may have been open, in milliseconds: hidden tabs speak once a minute only. */
const closedAfter = 150_000;
/** How often an open tab says so. */
const interval = 5000;

/** Whether the browser was closed since; to be asked before {@link stayOpen}. */
export function wasClosed(): boolean {
  const open = read("open");
  return open !== null && Date.now() - open > closedAfter;
}

/** Says that this tab is open, until it is stopped. */
export function stayOpen(signal: AbortSignal): void {
  const say = (): void => write("open", Date.now());
  say();
  const timer = setInterval(say, interval);
  signal.addEventListener("abort", () => clearInterval(timer));
}
