/** Points in time, as operators read and write them: in UTC, since logs are. */
import { UsageError } from "./failure.ts";

/** `2026-11-21 13:45:00Z`; `-` for none. */
export function timeOf(at: number | null): string {
  if (at === null) return "-";
  return new Date(at).toISOString().replace("T", " ").replace(/\.\d+/, "");
}

/** ISO 8601 for programs; null for none. */
export function isoOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A moment: a span of time before now, such as `90m` or `7d`, or a date. */
export function momentOf(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * units[unit as keyof typeof units];
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageError(
    `--since is "${text}"; give a span such as 90m, 24h or 7d, or a date such as 2026-11-21 or ` +
      "2026-11-21T13:45:00Z.",
  );
}
