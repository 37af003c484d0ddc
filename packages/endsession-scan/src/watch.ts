/**
 * A canary: scans again and again, and calls a webhook when something got worse, when it could not
 * be judged twice in a row, and when all is well again.
 */
import { compare } from "./compare.ts";
import type { Change } from "./compare.ts";
import { Outbox } from "./watch/outbox.ts";
import type { Post } from "./watch/outbox.ts";
import type { Report, ReportVerdict } from "./report.ts";

export interface WatchOptions {
  readonly scan: () => Promise<Report>;
  readonly target: string;
  /** From the beginning of one scan to that of the next, in milliseconds. Scans never overlap. */
  readonly interval: number;
  /** What the first scan is compared with. Default: nothing, the first scan is the measure. */
  readonly baseline?: Report;
  /** Where alerts are POSTed as JSON. Default: they are only told. */
  readonly webhook?: string;
  /** Ends the watch, at once while it waits, else after the scan under way. */
  readonly signal: AbortSignal;
  /** Hears everything: for the terminal, and for keeping the last report. */
  readonly told: (event: WatchEvent) => void;
  readonly post: Post;
  /** Waits, and returns early when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type WatchEvent =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "scan-failed"; readonly reason: string }
  | { readonly kind: "alert"; readonly alert: Alert }
  | { readonly kind: "delivered"; readonly alert: Alert }
  | { readonly kind: "webhook-failed"; readonly reason: string; readonly waiting: number };

/** What the webhook gets. */
export interface Alert {
  readonly schema: "endsession-scan-alert/1";
  readonly kind: "regression" | "cannot-judge" | "recovery";
  readonly target: string;
  /** When the scan began that is told of; ISO 8601. */
  readonly at: string;
  /** For people, and for chats that read `text`: no word in it comes from the application. */
  readonly text: string;
  readonly verdict: ReportVerdict;
  readonly regressions: readonly Change[];
  readonly mended: readonly Change[];
}

/** Runs until the signal is aborted. Neither a failing scan nor a failing webhook ends it. */
export async function watch(options: WatchOptions): Promise<void> {
  const { signal, interval, now, sleep, told, webhook, post } = options;
  const canary = new Canary(options.target, options.baseline);
  const outbox =
    webhook === undefined ? null : new Outbox<Alert>((alert) => post(webhook, alert), told);
  while (!signal.aborted) {
    const began = now();
    const report = await scanned(options);
    for (const alert of canary.hear(report, new Date(began).toISOString())) {
      told({ kind: "alert", alert });
      outbox?.put(alert);
    }
    await outbox?.deliver();
    // However the clock was set meanwhile, it waits neither less than nothing nor more than once.
    const rest = Math.min(Math.max(interval - (now() - began), 0), interval);
    if (!signal.aborted) await sleep(rest, signal);
  }
}

async function scanned({ scan, told }: WatchOptions): Promise<Report | null> {
  try {
    const report = await scan();
    told({ kind: "report", report });
    return report;
  } catch (error) {
    told({ kind: "scan-failed", reason: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

/** What the watch knows: what was last so, what is broken, and whether it sees at all. */
export class Canary {
  readonly #target: string;
  /** The last answer to each question that had one. */
  #known: Report | null;
  /** Ids of what got worse during the watch, and is not mended. */
  readonly #broken = new Set<string>();
  #unjudged = 0;

  constructor(target: string, baseline?: Report) {
    this.#target = target;
    this.#known = baseline ?? null;
  }

  /**
   * @param report the next scan's, or `null` when it could not be made
   * @param at when that scan began, ISO 8601
   */
  hear(report: Report | null, at: string): Alert[] {
    const alert = (
      kind: Alert["kind"],
      regressions: readonly Change[] = [],
      mended: readonly Change[] = [],
    ): Alert => ({
      schema: "endsession-scan-alert/1",
      kind,
      target: this.#target,
      at,
      text: textOf(kind, this.#target, regressions, mended, this.#broken),
      verdict: report?.verdict ?? "cannot-judge",
      regressions,
      mended,
    });
    if (report === null || report.verdict === "cannot-judge") {
      this.#unjudged += 1;
      return this.#unjudged === 2 ? [alert("cannot-judge")] : [];
    }
    const wasBlind = this.#unjudged >= 2;
    this.#unjudged = 0;
    const before = this.#known;
    this.#known = before === null ? report : withKnown(before, report);
    if (before === null) return wasBlind ? [alert("recovery")] : [];

    const { regressions, mended } = compare(before, report);
    const healed = mended.filter(({ id }) => this.#broken.delete(id));
    for (const { id } of regressions) this.#broken.add(id);
    if (regressions.length > 0) return [alert("regression", regressions, healed)];
    const allHealed = healed.length > 0 && this.#broken.size === 0;
    return allHealed || wasBlind ? [alert("recovery", [], healed)] : [];
  }
}

/** The later report, with the earlier answers where it has none. */
function withKnown(before: Report, after: Report): Report {
  const earlier = new Map(before.audits.map((audit) => [audit.id, audit]));
  return {
    ...after,
    audits: after.audits.map((audit) =>
      audit.verdict === "inconclusive" ? (earlier.get(audit.id) ?? audit) : audit,
    ),
  };
}

function textOf(
  kind: Alert["kind"],
  target: string,
  regressions: readonly Change[],
  mended: readonly Change[],
  broken: ReadonlySet<string>,
): string {
  const titles = (changes: readonly Change[]): string =>
    changes.map(({ title, id }) => `${title} (${id})`).join("; ");
  switch (kind) {
    case "regression":
      return `endsession-scan: ${target} got worse: ${titles(regressions)}.`;
    case "cannot-judge":
      return `endsession-scan: ${target} could not be judged twice in a row; nobody knows whether its logout works.`;
    case "recovery":
      if (broken.size > 0) {
        return `endsession-scan: ${target} can be judged again; still broken: ${[...broken].join(", ")}.`;
      }
      return mended.length > 0
        ? `endsession-scan: ${target} is well again: ${titles(mended)}.`
        : `endsession-scan: ${target} can be judged again.`;
  }
}
