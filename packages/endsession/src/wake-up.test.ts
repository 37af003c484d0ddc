/** Ends that are called out by Redis, between two instances on one store (lease.md). */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Accelerator, EndSession, Store } from "./index.ts";
import type { End, Feed, Listener } from "./core/feed.ts";
import type { SuspicionOptions } from "./core/settings.ts";
import { redisAccelerator } from "./redis/accelerator.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import { testRedis } from "./test-support/services.ts";
import {
  type Device,
  firefox,
  openInstallation,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

const request = { address: "192.0.2.7", userAgent: firefox };

/** What carries calls. */
interface Carrier {
  open(): Accelerator | Promise<Accelerator>;
}

/** A real Redis. */
const redis: Carrier = {
  async open() {
    const client = createClient({ url: testRedis.url });
    const accelerator = await redisAccelerator(client, { prefix: "wake-up:" });
    onTestFinished(async () => {
      accelerator.close();
      await client.close();
    });
    return accelerator;
  },
};

/** Calls out at once to all that listen. */
class Channel {
  readonly #listeners: Listener[] = [];
  readonly messages: { readonly ends: readonly End[]; readonly proof: string }[] = [];

  say(id: string, ends: readonly End[], proof: string): void {
    this.messages.push({ ends, proof });
    for (const listener of this.#listeners) listener.woken(id, ends, proof);
  }
  open(): Accelerator {
    return {
      ready: () => true,
      wake: (id, ends, proof) => this.say(id, ends, proof),
      acknowledge: (id, applied) => this.#listeners.forEach((one) => one.acknowledged(id, applied)),
      listen: (listener) => void this.#listeners.push(listener),
      deny: async () => undefined,
      limiter: ({ insurance }) => insurance,
    };
  }
}

/** A store whose feed can be made to hang, and which counts lookups. */
class Hanging implements Store {
  finds = 0;
  readonly feed: Feed;
  readonly #store: Store;
  #open = (): void => undefined;
  #gate: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    const { feed } = store;
    if (!feed) throw new Error("The store has no feed.");
    this.#store = store;
    const read = async (...values: Parameters<Feed["read"]>): ReturnType<Feed["read"]> => {
      await this.#gate;
      return feed.read(...values);
    };
    this.feed = new Proxy(feed, {
      get(_, name) {
        if (name === "read") return read;
        const value: unknown = Reflect.get(feed, name, feed);
        return typeof value === "function" ? (value.bind(feed) as unknown) : value;
      },
    });
  }
  hang(): void {
    this.#gate = new Promise((open) => (this.#open = open));
  }
  goOn(): void {
    this.#open();
  }
  find: Store["find"] = (keys) => {
    this.finds += 1;
    return this.#store.find(keys);
  };
  commit: Store["commit"] = (acts) => this.#store.commit(acts);
  query: Store["query"] = (query) => this.#store.query(query);
  close: Store["close"] = () => this.#store.close();
}

interface Scene<C = Channel> {
  readonly channel: C;
  readonly one: EndSession;
  readonly two: EndSession;
  /** Of the second instance. */
  readonly store: Hanging;
  readonly ada: Device;
  readonly bob: Device;
}

/** Two instances; the second has seen two devices, and hears nothing by the feed. */
async function prepare(): Promise<Scene>;
async function prepare(channel: Channel, suspicion?: SuspicionOptions): Promise<Scene>;
async function prepare(channel: Carrier): Promise<Scene<Carrier>>;
async function prepare(
  channel: Carrier = new Channel(),
  suspicion: SuspicionOptions = {},
): Promise<Scene<Carrier>> {
  const path = join(mkdtempSync(join(tmpdir(), "endsession-")), "sessions.db");
  const shared = { clock: new TestClock(), consistency: "bounded", suspicion } as const;
  const open = async (store: Store): Promise<EndSession> =>
    openInstallation({ ...shared, store, accelerator: await channel.open() });
  const store = new Hanging(await sqliteStore(path));
  const [one, two] = [await open(await sqliteStore(path)), await open(store)];
  const [ada, bob] = [await signInDevice(one, "ada"), await signInDevice(one, "bob")];
  for (const device of [ada, bob]) await ask(two, device);
  store.hang();
  return { channel, one, two, store, ada, bob };
}

function ask(of: EndSession, { cookie }: Device) {
  return of.sessions.authenticate({ kind: "session_token", token: cookie }, { request });
}

function fromMemory(of: EndSession, { cookie }: Device) {
  return of.sessions.check({ kind: "session_token", token: cookie }, { request })?.outcome;
}

async function close({ one, two, store }: Scene<Carrier>): Promise<void> {
  store.goOn();
  await Promise.all([one.close(), two.close()]);
}

describe("P14: an end that is called out", () => {
  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    [
      "of a session",
      ({ one, ada }) => one.sessions.endOne({ userId: "ada", sessionId: ada.sessionId }),
    ],
    ["of all of a user's", ({ one }) => one.sessions.endAll({ userId: "ada" })],
  ])("%s is known everywhere when it is answered, without the feed", async (_, end) => {
    const scene = await prepare();
    const { two, ada, bob } = scene;
    expect([fromMemory(two, ada), fromMemory(two, bob)]).toEqual(["live", "live"]);
    await end(scene);
    expect([fromMemory(two, ada), fromMemory(two, bob)]).toEqual([undefined, "live"]);
    expect((await ask(two, ada)).outcome).toBe("ended");
    await close(scene);
  });

  it("goes with all of its moment in one message", async () => {
    const scene = await prepare();
    const { one, two, ada, bob, channel } = scene;
    await Promise.all(
      [ada, bob].map(({ userId, sessionId }) => one.sessions.endOne({ userId, sessionId })),
    );
    expect(channel.messages.map(({ ends }) => ends.map(({ sessionId }) => sessionId))).toEqual([
      [ada.sessionId, bob.sessionId],
    ]);
    expect([fromMemory(two, ada), fromMemory(two, bob)]).toEqual([undefined, undefined]);
    await close(scene);
  });

  it("is told to streams and sockets once, by the feed", async () => {
    const scene = await prepare();
    const { one, two, ada, store } = scene;
    const session = await ask(two, ada);
    if (session.outcome !== "live") expect.fail("The session is not live.");
    const told: unknown[] = [];
    const over = new Promise<void>((resolve) => {
      two.sessions.onEnded(session.session, (end) => {
        told.push(end);
        resolve();
      });
    });
    // Its first look at the store comes before the end.
    await two.sessions.lookUp({ sessionId: ada.sessionId });
    await one.sessions.endOne({ userId: "ada", sessionId: ada.sessionId });
    expect(fromMemory(two, ada)).toBeUndefined();
    expect(told).toEqual([]);
    store.goOn();
    await over;
    await close(scene);
    expect(told).toEqual([{ reason: "revoked_elsewhere" }]);
  });

  it.each([
    ["cookie", ({ cookie: token }: Device) => ({ kind: "session_token", token }) as const],
    [
      "access token",
      ({ accessToken: token }: Device) => ({ kind: "access_token", token }) as const,
    ],
  ])("is answered without the store to its %s, and its use recorded once", async (_, presented) => {
    const scene = await prepare();
    const { one, two, ada, store } = scene;
    await two.sessions.authenticate(presented(ada), { request });
    await one.sessions.end({ kind: "session_token", token: ada.cookie });
    const before = store.finds;
    for (let use = 0; use < 3; use += 1) {
      const answer = await two.sessions.authenticate(presented(ada), { request });
      expect(answer).toEqual({ outcome: "ended", reason: "logged_out", reissued: false });
    }
    expect(store.finds).toBe(before);
    const other = await two.sessions.authenticate(presented(ada), { request, tenantId: "other" });
    expect(other).toEqual({ outcome: "unknown" });
    const uses = (await two.sessions.audit({ userId: "ada" })).filter(
      ({ type }) => type === "session_use_after_expire",
    );
    expect(uses).toMatchObject([{ sessionId: ada.sessionId }]);
    await close(scene);
  });

  it("is looked up where more than a record may follow from its use", async () => {
    const scene = await prepare(new Channel(), { policies: { ended_credential_used: "end" } });
    const { one, two, ada, store } = scene;
    await one.sessions.end({ kind: "session_token", token: ada.cookie });
    const before = store.finds;
    expect((await ask(two, ada)).outcome).toBe("ended");
    expect(store.finds).toBe(before + 1);
    await close(scene);
  });

  it("and never was costs a lookup, and nothing else, whatever proof it brings", async () => {
    const scene = await prepare();
    const { one, two, ada, bob, store, channel } = scene;
    await one.sessions.endOne({ userId: "bob", sessionId: bob.sessionId });
    const { proof = "" } = channel.messages[0] ?? {};
    expect(proof).not.toBe("");
    const forged: End = {
      tenantId: "default",
      userId: "ada",
      sessionId: ada.sessionId,
      reason: "logout",
      auditId: "forged",
      epoch: null,
    };
    for (const end of [
      forged,
      { ...forged, sessionId: null, epoch: 99 },
      { ...forged, sessionId: null, userId: null },
      { ...forged, tenantId: null, userId: null, sessionId: null },
    ]) {
      for (const brought of ["", "x", proof, proof.slice(1)]) {
        const before = store.finds;
        channel.say("nobody", [end], brought);
        expect(fromMemory(two, ada)).toBeUndefined();
        expect((await ask(two, ada)).outcome).toBe("live");
        expect(fromMemory(two, ada)).toBe("live");
        expect(store.finds).toBe(before + 1);
      }
    }
    await close(scene);
  });
});

describe.runIf(testRedis.available)("P14: an end that is called out by Redis", () => {
  it("is known to another instance without the feed", async () => {
    const scene = await prepare(redis);
    const { one, two, ada, bob } = scene;
    expect([fromMemory(two, ada), fromMemory(two, bob)]).toEqual(["live", "live"]);
    await one.sessions.endOne({ userId: "ada", sessionId: ada.sessionId });
    await expect.poll(() => fromMemory(two, ada)).toBeUndefined();
    expect(fromMemory(two, bob)).toBe("live");
    const before = scene.store.finds;
    expect(await ask(two, ada)).toMatchObject({ outcome: "ended", reason: "revoked_elsewhere" });
    expect(scene.store.finds, "the proof has come along").toBe(before);
    await close(scene);
  });
});
