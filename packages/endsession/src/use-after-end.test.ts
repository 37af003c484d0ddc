/** AU-02: no answer waits for the record of a use after the end, and none is lost or doubled. */
import { describe, expect, it } from "vitest";
import type { EndSession, Logger, Store } from "./index.ts";
import type { SuspicionOptions } from "./core/settings.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import {
  byCookie,
  type Device,
  openInstallation,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

/** Holds the records of uses back, or refuses them. */
class Holding implements Store {
  readonly feed: NonNullable<Store["feed"]>;
  records = 0;
  refuses = false;
  isClosed = false;
  readonly #store: Store;
  #open = (): void => undefined;
  #gate: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    if (!store.feed) throw new Error("The store has no feed.");
    this.#store = store;
    this.feed = store.feed;
  }
  hold(): void {
    this.#gate = new Promise((open) => (this.#open = open));
  }
  letGo(): void {
    this.#open();
  }
  commit: Store["commit"] = async (acts) => {
    if (acts.some(({ kind }) => kind === "record_suspicion")) {
      this.records += 1;
      await this.#gate;
      if (this.refuses) throw new Error("the disk is full");
    }
    return this.#store.commit(acts);
  };
  find: Store["find"] = (keys) => this.#store.find(keys);
  query: Store["query"] = (query) => this.#store.query(query);
  close: Store["close"] = async () => {
    this.isClosed = true;
    await this.#store.close();
  };
}

interface Scene {
  readonly store: Holding;
  readonly of: EndSession;
  readonly device: Device;
  readonly clock: TestClock;
  readonly failures: unknown[];
}

/** A device that has signed out, and holds its credentials still. */
async function prepare(suspicion: SuspicionOptions = {}): Promise<Scene> {
  const store = new Holding(await sqliteStore(":memory:"));
  const failures: unknown[] = [];
  const logger: Logger = {
    error: (...told) => void failures.push(told),
    warn: () => undefined,
    info: () => undefined,
  };
  const clock = new TestClock();
  const of = await openInstallation({ store, logger, suspicion, clock });
  const device = await signInDevice(of, "ada");
  await send(of, "POST", "/logout", { headers: byCookie(device) });
  return { store, of, device, clock, failures };
}

async function use({ of, device }: Scene): Promise<number> {
  return (await send(of, "GET", "/session", { headers: byCookie(device) })).status;
}

async function recorded({ of }: Scene): Promise<number> {
  const all = await of.sessions.audit({ userId: "ada" });
  return all.filter(({ type }) => type === "session_use_after_expire").length;
}

describe("AU-02: the record of a use after the end", () => {
  it.each<[string, (scene: Scene) => Promise<number>]>([
    ["session cookie", use],
    [
      "refresh token",
      async ({ of, device }) => {
        const body = { grant_type: "refresh_token", refresh_token: device.refreshToken };
        return (await send(of, "POST", "/token", { body })).status;
      },
    ],
  ])("is written behind the answer to a %s, once", async (_, present) => {
    const scene = await prepare();
    const { store, of } = scene;
    store.hold();
    for (let n = 0; n < 5; n += 1) expect(await present(scene)).toBeGreaterThanOrEqual(400);
    expect(store.records).toBe(1);
    const reading = recorded(scene);
    store.letGo();
    expect(await reading, "who reads the audit waits for it").toBe(1);
    await of.close();
  });

  it("that fails is told to the logger, and the next use writes it", async () => {
    const scene = await prepare();
    const { store, of, failures } = scene;
    store.refuses = true;
    expect(await use(scene)).toBe(401);
    expect(await recorded(scene)).toBe(0);
    expect(failures).toEqual([
      [expect.objectContaining({ error: expect.any(Error) }), expect.any(String)],
    ]);
    store.refuses = false;
    for (let n = 0; n < 3; n += 1) {
      expect(await use(scene)).toBe(401);
      expect(await recorded(scene)).toBe(1);
    }
    expect(store.records).toBe(2);
    await of.close();
  });

  it("is waited for by close", async () => {
    const scene = await prepare();
    const { store, of } = scene;
    store.hold();
    expect(await use(scene)).toBe(401);
    const closing = of.close();
    expect(store.isClosed).toBe(false);
    // What a close does without waiting is done after a read of the feed's store.
    await store.query({ kind: "mark" });
    await new Promise(setImmediate);
    expect(store.isClosed).toBe(false);
    store.letGo();
    await closing;
    expect([store.isClosed, store.records]).toEqual([true, 1]);
  });

  it("is waited for where a policy has consequences", async () => {
    const scene = await prepare({ policies: { ended_credential_used: "end" } });
    const { store, of, clock } = scene;
    const other = await signInDevice(of, "ada");
    clock.advance(10_000);
    store.hold();
    let isAnswered = false;
    const answer = use(scene).then((status) => {
      isAnswered = true;
      return status;
    });
    await expect.poll(() => store.records).toBe(1);
    expect(isAnswered).toBe(false);
    store.letGo();
    expect(await answer).toBe(401);
    expect(await use({ ...scene, device: other })).toBe(401);
    await of.close();
  });
});
