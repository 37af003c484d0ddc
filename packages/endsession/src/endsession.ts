/** Puts the parts together: store, rules and HTTP surface, on Node.js. */
import type { Accelerator } from "./core/accelerator.ts";
import { Behind } from "./core/behind.ts";
import type { Clock } from "./core/clock.ts";
import type { Context } from "./core/context.ts";
import { openKeyRing } from "./core/key-ring.ts";
import { openLive } from "./core/live/live.ts";
import { type Logger, silent } from "./core/logger.ts";
import { createSessions, defaultTenant, type Sessions } from "./core/sessions.ts";
import { type SessionOptions, settingsOf } from "./core/settings.ts";
import type { Store } from "./core/store.ts";
import { openTruth } from "./core/truth.ts";
import type { Http } from "./http/exchange.ts";
import { createHandler, type Handler } from "./http/handler.ts";
import { type HttpOptions, httpSettingsOf } from "./http/settings.ts";
import { nodeClock, nodeCrypto, nodeTimers } from "./platform/node.ts";

/** Everything that can be set. Only `store` is needed. */
export interface EndSessionOptions extends SessionOptions, HttpOptions {
  /** Where sessions live, such as `await sqliteStore("file:sessions.db")`. */
  readonly store: Store;
  /** Makes several instances faster, such as `await redisAccelerator(client)` (default none). */
  readonly accelerator?: Accelerator;
  /** Where failures and suspicions are reported (default nowhere). */
  readonly logger?: Logger;
  /** The clocks (default the system's). For tests. */
  readonly clock?: Clock;
}

/** An installation of endsession. */
export interface EndSession {
  /** The operations on sessions. */
  readonly sessions: Sessions;
  /** The HTTP surface as a fetch handler; adapters mount it. */
  readonly handler: Handler;
  /** The parts that adapters work with. */
  readonly http: Http;
  /** Stops answering from memory, and closes the store. */
  close(): Promise<void>;
}

/**
 * Opens an installation: loads the signing keys from the store, making them at the first start.
 * Throws an `EndSessionError` that names the setting when one makes no sense.
 *
 * ```ts
 * const endsession = await createEndSession({ store: await sqliteStore("file:sessions.db") });
 * ```
 */
export async function createEndSession(options: EndSessionOptions): Promise<EndSession> {
  const issuer = options.issuer ?? options.origin ?? "endsession";
  const settings = settingsOf({ ...options, issuer });
  const httpSettings = httpSettingsOf(options, defaultTenant, options.accelerator);
  const { store, clock = nodeClock, logger = silent } = options;
  const doors = { clock, crypto: nodeCrypto, timers: nodeTimers, logger };
  const { accelerator = null } = options;
  const { accessTokenLifetime } = settings;
  const live = openLive({
    ...doors,
    store,
    accelerator,
    accessTokenLifetime,
    settings: settings.live,
  });
  const truth = openTruth(store, live, nodeTimers);
  const keys = await openKeyRing({ truth, crypto: nodeCrypto, clock, settings });
  await live.start(() => keys.secrets());
  const behind = new Behind(logger);
  const core: Context = { ...doors, truth, live, behind, keys, settings };
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    await live.stop();
    await behind.settled();
    await store.close();
    // Whoever still listens is told that nothing more can be said.
    live.listeners.doubt();
  };
  const http: Http = { core, settings: httpSettings };
  return {
    sessions: createSessions(core),
    handler: createHandler(http),
    http,
    close: () => (closing ??= closeAll()),
  };
}
