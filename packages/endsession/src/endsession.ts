/** Puts the parts together: store, rules and HTTP surface, on Node.js. */
import type { Clock } from "./core/clock.ts";
import { type Context, failingClosed } from "./core/context.ts";
import { openKeyRing } from "./core/key-ring.ts";
import { type Logger, silent } from "./core/logger.ts";
import { createSessions, defaultTenant, type Sessions } from "./core/sessions.ts";
import { type SessionOptions, settingsOf } from "./core/settings.ts";
import type { Store } from "./core/store.ts";
import type { Http } from "./http/exchange.ts";
import { createHandler, type Handler } from "./http/handler.ts";
import { type HttpOptions, httpSettingsOf } from "./http/settings.ts";
import { nodeClock, nodeCrypto } from "./platform/node.ts";

/** Everything that can be set. Only `store` is needed. */
export interface EndSessionOptions extends SessionOptions, HttpOptions {
  /** Where sessions live, such as `await sqliteStore("file:sessions.db")`. */
  readonly store: Store;
  /** Where failures and suspicions are reported (default nowhere). */
  readonly logger?: Logger;
  /** The wall clock (default the system's). For tests. */
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
  /** Closes the store. */
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
  const httpSettings = httpSettingsOf(options, defaultTenant);
  const store = failingClosed(options.store);
  const clock = options.clock ?? nodeClock;
  const core: Context = {
    store,
    clock,
    crypto: nodeCrypto,
    keys: await openKeyRing({ store, crypto: nodeCrypto, clock, settings }),
    logger: options.logger ?? silent,
    settings,
  };
  const http: Http = { core, settings: httpSettings };
  return {
    sessions: createSessions(core),
    handler: createHandler(http),
    http,
    close: () => store.close(),
  };
}
