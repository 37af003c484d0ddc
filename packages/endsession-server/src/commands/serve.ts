/** `endsession serve`, and `endsession-server`: runs the service until it is told to stop. */
import type { Command } from "commander";
import { readConfig } from "../config/read.ts";
import { createLogger } from "../service/logger.ts";
import { startService } from "../service/service.ts";
import type { Io } from "../terminal/streams.ts";

interface Options {
  readonly config?: string;
}

/** Adds the command. */
export function serve(program: Command, io: Io): void {
  program
    .command("serve")
    .description("runs the service (the same as endsession-server)")
    .option("--config <file>", "a JSON file (default: endsession.config.json, if there)")
    .action((options: Options) => run(options, io));
}

async function run(options: Options, { env, folder }: Io): Promise<void> {
  const settings = readConfig({ env, file: options.config ?? null, folder });
  // A SQLite file that is made here tells who is signed in where: it is for this user alone.
  process.umask(0o077);
  const logger = createLogger(settings.config);
  const service = await startService(settings, logger);
  logger.info({ url: service.url, pid: process.pid }, "listening");
  const signal = await stopSignal();
  logger.info({ signal }, "stopping");
  await service.close();
  logger.info({}, "stopped");
}

const signals = ["SIGINT", "SIGTERM"] as const;
/** A terminal signals a whole group of processes, and npm passes on what it gets: that is one. */
const echo = 500;

/**
 * The signal to stop. Whoever asks again does not want to wait, and ends the process at once: as PID
 * 1 nothing else would. The listeners stay from the first signal on, since without one the next
 * signal would kill.
 */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | null = null;
    const heard = (signal: NodeJS.Signals): void => {
      if (first !== null && performance.now() - first > echo) process.exit(1);
      first ??= performance.now();
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, heard);
  });
}
