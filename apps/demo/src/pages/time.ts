/** Moments as people say them, with the exact time for machines and for whoever asks. */
import { html, type Html } from "./html.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
});

/** "just now", "5 minutes ago", "yesterday": how long ago a moment was. */
export function ago(at: number, now: number): string {
  const past = Math.max(0, now - at);
  if (past < minute) return "just now";
  if (past < hour) return words.format(-Math.floor(past / minute), "minute");
  if (past < day) return words.format(-Math.floor(past / hour), "hour");
  return words.format(-Math.floor(past / day), "day");
}

/** A `time` element that shows how long ago a moment was. */
export function timeAgo(at: number, now: number): Html {
  const title = `${exact.format(at)} UTC`;
  return html`<time datetime="${new Date(at).toISOString()}" title="${title}"
    >${ago(at, now)}</time
  >`;
}
