/** Moments and spans as people say them. */
import { type ReactElement, useEffect, useState } from "react";
import { ago } from "../src/pages/time.ts";

const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** "21 Nov 2026, 14:02", by the clock of this device. */
export function moment(at: number): string {
  return exact.format(at);
}

/** "60 minutes", "90 seconds". */
export function inWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds === 3600) return "one hour";
  return seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} minutes` : `${seconds} seconds`;
}

/** How long ago a moment was; goes on by itself. */
export function TimeAgo({ at }: { readonly at: number }): ReactElement {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={new Date(at).toISOString()} title={moment(at)}>
      {ago(at, Math.max(now, at))}
    </time>
  );
}
