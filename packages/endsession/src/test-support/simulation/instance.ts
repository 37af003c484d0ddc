/** An instance of the library in a simulated process: its real parts behind simulated doors. */
import {
  type AuthenticateInput,
  type Authentication,
  authenticate,
} from "../../core/authenticate.ts";
import { Behind } from "../../core/behind.ts";
import type { Context } from "../../core/context.ts";
import type { Feed } from "../../core/feed.ts";
import type { KeyRing } from "../../core/key-ring.ts";
import { type Live, openLive } from "../../core/live/live.ts";
import type { Logger } from "../../core/logger.ts";
import { settingsOf } from "../../core/settings.ts";
import { openTruth } from "../../core/truth.ts";
import { nodeCrypto } from "../../platform/node.ts";
import type { SimulatedFeed, SimulatedStore } from "./doors.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";
import type { Row } from "./server.ts";

/** A rule left out, planted from outside. */
export interface Fault {
  /** Puts itself before the feed. */
  readonly feed?: (feed: SimulatedFeed, machine: Machine) => Feed;
  /** Changes the parts, or gives others. */
  readonly live?: (live: Live, machine: Machine) => Live;
  /** Puts itself around the whole run. */
  readonly around?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What an instance is made of. */
export interface InstanceParts {
  readonly machine: Machine;
  readonly network: Network;
  readonly store: SimulatedStore;
  readonly fault: Fault;
  readonly accelerated: boolean;
  readonly logger: Logger;
}

/** One instance. */
export class Instance {
  readonly machine: Machine;
  readonly live: Live;
  serving = false;
  readonly #context: Context;

  constructor({ machine, network, store, fault, accelerated, logger }: InstanceParts) {
    const { random, workload } = network;
    const { clock, timers } = machine;
    const settings = settingsOf({ consistency: workload.mode });
    const crypto = { ...nodeCrypto, randomBytes: (length: number) => random.bytes(length) };
    const feed = fault.feed?.(store.feed, machine) ?? store.feed;
    const faulty = {
      feed,
      find: store.find.bind(store),
      commit: store.commit.bind(store),
      query: store.query.bind(store),
      close: store.close.bind(store),
    };
    const parts = openLive({
      store: faulty,
      settings: settings.live,
      clock,
      timers,
      crypto,
      logger,
      accelerator: accelerated ? network.accelerator(machine) : null,
      accessTokenLifetime: settings.accessTokenLifetime,
    });
    this.machine = machine;
    this.live = fault.live?.(parts, machine) ?? parts;
    const truth = openTruth(faulty, this.live, timers);
    const keys = {} as KeyRing;
    const behind = new Behind(logger);
    this.#context = {
      truth,
      live: this.live,
      behind,
      keys,
      clock,
      timers,
      crypto,
      logger,
      settings,
    };
  }

  /** Begins to serve after the first poll, whatever came of that. */
  async start(): Promise<void> {
    await this.live.start(() => ["the secret of the installation"]);
    this.serving = true;
  }

  /** Judges a cookie as a request with it would be; at once when memory has the answer. */
  check(token: string, tenantId: string): Authentication | Promise<Authentication> {
    const input: AuthenticateInput = {
      tenantId,
      presented: { kind: "session_token", token },
      request: { address: null, userAgent: null },
      activity: false,
    };
    return authenticate(this.#context, input);
  }

  /** Ends a session, or what a scope holds; resolves when the end is answered. */
  async end(
    target: Pick<Row, "tenantId" | "userId"> & { readonly id: string },
    reach: "session" | "user" | "tenant" | "everything",
    auditId: string,
  ): Promise<void> {
    const { truth, clock } = this.#context;
    const cause = {
      auditId,
      at: clock.now(),
      actor: "user",
      reason: "reissued",
      address: null,
    } as const;
    const { id: sessionId } = target;
    const tenantId = reach === "everything" ? null : target.tenantId;
    const userId = reach === "user" ? target.userId : null;
    if (reach === "session") {
      await truth.end([{ kind: "end_session", tenantId: target.tenantId, sessionId, cause }]);
    } else {
      await truth.end([{ kind: "raise_epoch", scope: { tenantId, userId }, keep: null, cause }]);
    }
  }
}
