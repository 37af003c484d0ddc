/** `endsession-scan watch URL`: a canary that scans on a schedule and alerts on a regression. */
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { jsonReport } from "../report/json.ts";
import { scan } from "../scan.ts";
import { watch } from "../watch.ts";
import type { WatchEvent } from "../watch.ts";
import { postBy } from "../watch/outbox.ts";
import { reportIn } from "./compare.ts";
import { configured, runOptions, wholeNumber, withScanFlags } from "./flags.ts";
import type { ScanFlags } from "./flags.ts";
import { save } from "./scan.ts";

interface Flags extends ScanFlags {
  readonly every: number;
  readonly webhookEnv?: string;
  readonly baseline?: string;
  readonly json?: string;
}

export function addWatch(program: Command): void {
  withScanFlags(program.command("watch"))
    .description("Scans again and again, and calls a webhook when something got worse.")
    .option("--every <minutes>", "from the beginning of one scan to the next", wholeNumber, 60)
    .option("--webhook-env <variable>", "the environment variable that holds the webhook's address")
    .option("--baseline <report>", "what the first scan is compared with")
    .option("--json <file>", "keep the last report here")
    .action(async (url: string | undefined, flags: Flags) => {
      const { config, path } = await configured(url, flags);
      const webhook = flags.webhookEnv === undefined ? undefined : process.env[flags.webhookEnv];
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => {
          stop.abort();
        });
      await watch({
        scan: async () => (await scan(config, runOptions(flags, path))).report,
        target: config.baseUrl,
        interval: flags.every * 60_000,
        ...(flags.baseline === undefined ? {} : { baseline: reportIn(flags.baseline) }),
        ...(webhook === undefined ? {} : { webhook }),
        signal: stop.signal,
        told: (event) => {
          process.stdout.write(`${new Date().toISOString()}  ${told(event)}\n`);
          if (event.kind === "report" && flags.json !== undefined)
            save(flags.json, jsonReport(event.report));
        },
        post: postBy(fetch),
        sleep: (milliseconds, signal) =>
          wait(milliseconds, undefined, { signal }).catch(() => undefined),
        now: Date.now,
      });
    });
}

function told(event: WatchEvent): string {
  switch (event.kind) {
    case "report":
      return event.report.headline;
    case "scan-failed":
      return `The scan could not be made: ${event.reason}`;
    case "alert":
      return `ALERT ${event.alert.text}`;
    case "delivered":
      return "The webhook took the alert.";
    case "webhook-failed":
      return `The webhook did not take the alert (${event.reason}); ${event.waiting} waiting.`;
  }
}
