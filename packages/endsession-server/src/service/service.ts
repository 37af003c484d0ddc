/** The service: an HTTP server around an installation, for applications in any language. */
import type { EndSession } from "endsession";
import type { Logger } from "pino";
import type { ReadConfig } from "../config/read.ts";
import { blockListOf } from "../config/schema.ts";
import { createApp } from "./app.ts";
import { type Listening, listen } from "./listen.ts";
import { createMeasures, watchHealth } from "./measures.ts";
import { open } from "./open.ts";
import { learnPlaces } from "./places.ts";
import { clientAddressBehind } from "./proxy.ts";

/** A running service. */
export interface RunningService {
  /** Where it listens. */
  readonly url: string;
  /** Is ready no more, stops listening, finishes what is under way, and closes what it opened. */
  close(): Promise<void>;
}

const hour = 60 * 60 * 1000;

/** Starts the service. Throws a `ConfigError` for settings that turn out to be unusable. */
export async function startService(settings: ReadConfig, logger: Logger): Promise<RunningService> {
  const { config } = settings;
  const trusted = blockListOf(config.trustedProxies);
  const clientAddress = clientAddressBehind(trusted);
  const measures = createMeasures();
  const { endsession, serviceToken, close } = await open(settings, {
    logger,
    measures,
    clientAddress,
  });
  let stopping = false;
  let listening: Listening;
  try {
    const app = createApp({
      endsession,
      logger,
      measures,
      findPlace: await learnPlaces(endsession, config.basePath),
      serviceToken,
      trusted,
      clientAddress,
      isStopping: () => stopping,
    });
    listening = await listen(settings, app);
  } catch (error) {
    await close();
    throw error;
  }
  watchHealth(measures, endsession, () => listening.streams());
  const sweeper = setInterval(() => void sweep(endsession, logger), hour).unref();
  return {
    url: listening.url,
    close: async () => {
      stopping = true;
      clearInterval(sweeper);
      await listening.stop(config.shutdownSeconds * 1000);
      await close();
    },
  };
}

async function sweep({ sessions }: EndSession, logger: Logger): Promise<void> {
  try {
    const swept = await sessions.sweep();
    logger.info(swept, "swept");
  } catch (error) {
    logger.error({ error }, "the sweep failed; the next one is in an hour");
  }
}
