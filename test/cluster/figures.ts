/** Figures of a run, for whoever sets ENDSESSION_FIGURES. */
import type { Counters } from "./instance.ts";
import type { Traffic } from "./traffic.ts";

/** Writes one line about a run. */
export function told(name: string, traffic: Traffic, counted: readonly Counters[] = []): void {
  if (!process.env["ENDSESSION_FIGURES"]) return;
  const sum = (of: (one: Counters) => number): number =>
    counted.reduce((total, one) => total + of(one), 0);
  const worst = Math.max(...traffic.entries.map((entry) => entry.worst()));
  const figures = {
    ends: traffic.ends.length,
    endMs: {
      p50: quantile(traffic, 0.5),
      p99: quantile(traffic, 0.99),
      worst: quantile(traffic, 1),
    },
    unavailable: traffic.unavailable,
    statuses: traffic.statuses,
    unanswered: traffic.unanswered,
    accepted: sum(({ accepted }) => accepted),
    lookups: sum(({ lookups }) => lookups),
    stale: traffic.stale().length,
    worstLate: Math.round(worst * 10) / 10,
  };
  process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
}

/** How long an end took, in milliseconds: the share that took no longer. */
export function quantile({ ends }: Pick<Traffic, "ends">, share: number): number {
  const sorted = ends.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return Math.round((found ?? 0) * 10) / 10;
}
