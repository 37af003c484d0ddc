/** What is answered from memory, and what never is (lease.md, performance budget P10 and P11). */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import type { Act } from "./core/acts.ts";
import type { CredentialKey, Store } from "./core/store.ts";
import { openDatabase } from "./stores/sqlite/database.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import {
  byCookie,
  type Device,
  firefox,
  openInstallation,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

/** Counts what is asked, and can hold answers back or refuse acts. */
class WatchedStore implements Store {
  finds = 0;
  keys = 0;
  readonly commits: (readonly Act[])[] = [];
  /** Called between a lookup's snapshot and its answer. */
  beforeAnswer: () => Promise<void> = async () => undefined;
  /** Makes a transaction fail before it has written anything. */
  refuse: (act: Act) => boolean = () => false;
  /** Called before an act is refused that is alone in its transaction. */
  beforeRefusal: () => Promise<void> = async () => undefined;
  readonly feed: NonNullable<Store["feed"]>;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    if (!store.feed) throw new Error("The store has no feed.");
    this.feed = store.feed;
  }
  find: Store["find"] = async (keys: readonly CredentialKey[]) => {
    this.finds += 1;
    this.keys += keys.length;
    const found = await this.#store.find(keys);
    await this.beforeAnswer();
    return found;
  };
  commit: Store["commit"] = async (acts) => {
    this.commits.push(acts);
    if (acts.some((act) => this.refuse(act))) {
      if (acts.length === 1) await this.beforeRefusal();
      throw Object.assign(new Error("refused"), { nothingWritten: true });
    }
    return this.#store.commit(acts);
  };
  query: Store["query"] = (query) => this.#store.query(query);
  close: Store["close"] = () => this.#store.close();
}

interface Scene {
  readonly store: WatchedStore;
  readonly of: EndSession;
  readonly device: Device;
}

async function prepare(options: Parameters<typeof openInstallation>[0] = {}): Promise<Scene> {
  const store = new WatchedStore(await sqliteStore(":memory:"));
  // On a clock that stands still, a machine under load makes no lease run out.
  const of = await openInstallation({ store, clock: new TestClock(), ...options });
  return { store, of, device: await signInDevice(of, "ada") };
}

const request = { address: "192.0.2.7", userAgent: firefox };

function check(of: EndSession, device: Device, kind: "cookie" | "token" = "cookie") {
  const presented =
    kind === "cookie"
      ? ({ kind: "session_token", token: device.cookie } as const)
      : ({ kind: "access_token", token: device.accessToken } as const);
  return of.sessions.check(presented, { request })?.outcome;
}

async function see(of: EndSession, device: Device): Promise<void> {
  const session = { kind: "session_token", token: device.cookie } as const;
  const access = { kind: "access_token", token: device.accessToken } as const;
  await of.sessions.authenticate(session, { request });
  await of.sessions.authenticate(access, { request });
}

describe("P10 P11: the store is asked once a credential", () => {
  it.each(["cookie", "token"] as const)("and never again for its %s", async (kind) => {
    const { store, of, device } = await prepare();
    expect(check(of, device, kind)).toBeUndefined();
    await see(of, device);
    const before = store.finds;
    for (let n = 0; n < 1000; n += 1) expect(check(of, device, kind)).toBe("live");
    expect(store.finds).toBe(before);
    await of.close();
  });

  it("for a thousand at the first sight of one, by one statement of one key", async () => {
    const { store, of, device } = await prepare();
    const session = { kind: "session_token", token: device.cookie } as const;
    const before = [store.finds, store.keys];
    await Promise.all(
      Array.from({ length: 1000 }, () => of.sessions.authenticate(session, { request })),
    );
    expect([store.finds, store.keys]).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1]);
    await of.close();
  });

  it("for 600 at the first sight of 600, by two statements", async () => {
    const { store, of } = await prepare();
    const devices = await Promise.all(
      Array.from({ length: 600 }, (_, n) => signInDevice(of, `user-${n}`)),
    );
    const before = store.finds;
    await Promise.all(
      devices.map(({ cookie }) =>
        of.sessions.authenticate({ kind: "session_token", token: cookie }, { request }),
      ),
    );
    expect(store.finds - before).toBe(2);
    await of.close();
  });

  it("and not at all for junk", async () => {
    const { store, of, device } = await prepare();
    const before = store.finds;
    for (const token of ["", "es_s_x", `${device.cookie.slice(0, -1)}!`, "a.b.c"]) {
      await of.sessions.authenticate({ kind: "session_token", token }, { request });
      await of.sessions.authenticate({ kind: "access_token", token }, { request });
    }
    expect(store.finds).toBe(before);
    await of.close();
  });

  it("and once for a dead one, whose use is on record from then on", async () => {
    const { store, of, device } = await prepare();
    await send(of, "POST", "/logout", { headers: byCookie(device) });
    const use = async () =>
      of.sessions.authenticate({ kind: "session_token", token: device.cookie }, { request });
    expect(await use()).toMatchObject({ outcome: "ended", reason: "logged_out" });
    // The answer did not wait for the record of the use; who reads the audit does.
    expect((await of.sessions.audit())[0]?.type).toBe("session_use_after_expire");
    const [finds, commits] = [store.finds, store.commits.length];
    for (let n = 0; n < 20; n += 1) expect((await use()).outcome).toBe("ended");
    expect([store.finds, store.commits.length]).toEqual([finds, commits]);
    await of.close();
  });
});

describe("memory is never believed", () => {
  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ["a logout", ({ of, device }) => send(of, "POST", "/logout", { headers: byCookie(device) })],
    ["a logout everywhere", ({ of }) => of.sessions.endAll({ userId: "ada" })],
    ["the end of the tenant", ({ of }) => of.sessions.endTenant("default")],
    ["the end of everything", ({ of }) => of.sessions.endInstallation()],
  ])("after %s", async (_, end) => {
    const scene = await prepare();
    const { of, device } = scene;
    await see(of, device);
    expect([check(of, device), check(of, device, "token")]).toEqual(["live", "live"]);
    await end(scene);
    expect([check(of, device), check(of, device, "token")]).toEqual([undefined, undefined]);
    await of.close();
  });

  it("when the end came while the lookup was under way (rule 5)", async () => {
    const { store, of, device } = await prepare();
    store.beforeAnswer = async () => {
      store.beforeAnswer = async () => undefined;
      await of.sessions.endAll({ userId: "ada" });
    };
    await of.sessions.authenticate({ kind: "session_token", token: device.cookie }, { request });
    expect(check(of, device)).toBeUndefined();
    await of.close();
  });

  it("after a commit of which nobody knows what it wrote", async () => {
    const { store, of, device } = await prepare();
    await see(of, device);
    const { commit } = store;
    store.commit = async (acts) => {
      await commit(acts);
      throw new Error("the answer was lost");
    };
    await expect(of.sessions.endAll({ userId: "ada" })).rejects.toThrow(/did not answer/);
    expect(check(of, device)).toBeUndefined();
    await of.close();
  });

  it("past a timeout, by another device, or when activity is to be noted", async () => {
    const clock = new TestClock();
    const { of, device } = await prepare({ clock, lease: { bound: 60_000 } });
    await see(of, device);
    const stranger = { address: null, userAgent: "curl/8" };
    const presented = { kind: "session_token", token: device.cookie } as const;
    expect(of.sessions.check(presented, { request: stranger })).toBeUndefined();
    expect(check(of, device)).toBe("live");
    clock.advance(59_999);
    expect(check(of, device)).toBe("live");
    clock.advance(1);
    // A minute after the last activity was written down, and B after the last poll.
    expect(check(of, device)).toBeUndefined();
    await of.close();
    expect(check(of, device)).toBeUndefined();
  });

  it("of a credential in another tenant", async () => {
    const { of, device } = await prepare();
    await see(of, device);
    const access = { kind: "access_token", token: device.accessToken } as const;
    const session = { kind: "session_token", token: device.cookie } as const;
    expect(of.sessions.check(access, { request, tenantId: "other" })).toBeUndefined();
    expect(of.sessions.check(session, { request, tenantId: "other" })).toBeUndefined();
    await of.close();
  });

  it("with lease: none", async () => {
    const { store, of, device } = await prepare({ lease: "none" });
    await see(of, device);
    expect(check(of, device)).toBeUndefined();
    const before = store.finds;
    await see(of, device);
    expect(store.finds - before).toBe(2);
    await of.close();
  });

  it("beyond the number of credentials that it holds", async () => {
    const { store, of } = await prepare({ lease: { size: 1000 } });
    const devices: Device[] = [];
    for (let n = 0; n < 1500; n += 1) devices.push(await signInDevice(of, `user-${n}`));
    for (const device of devices) {
      await of.sessions.authenticate({ kind: "session_token", token: device.cookie }, { request });
    }
    const held = devices.filter((device) => check(of, device) === "live");
    expect(held.length).toBeGreaterThan(700);
    expect(held.length).toBeLessThanOrEqual(1000);
    expect(store.finds).toBeGreaterThanOrEqual(1500);
    await of.close();
  });
});

describe("group commit", () => {
  it("shares one transaction among what arrives in one turn", async () => {
    const { store, of } = await prepare();
    const devices: Device[] = [];
    for (let n = 0; n < 40; n += 1) devices.push(await signInDevice(of, `user-${n}`));
    const before = store.commits.length;
    const answers = await Promise.all(
      devices.map((device) =>
        of.sessions.endOne({ userId: device.userId, sessionId: device.sessionId }),
      ),
    );
    expect(store.commits.length - before).toBe(1);
    expect(new Set(answers.map((receipt) => receipt?.audit_id)).size).toBe(40);
    await of.close();
  });

  it("goes on from memory after activity was written down, also with a single credential", async () => {
    const clock = new TestClock();
    // Activity is written down every six seconds, within one lease.
    const profile = { idle: 60_000, absolute: 600_000 };
    const { store, of, device } = await prepare({ clock, profile, lease: { bound: 60_000 } });
    const presented = { kind: "session_token", token: device.cookie } as const;
    const ask = (): Promise<unknown> => of.sessions.authenticate(presented, { request });
    await ask();
    clock.advance(7000);
    await ask();
    const before = store.finds;
    await ask();
    expect(store.finds).toBe(before);
    await of.close();
  });

  it("forgets everything where it is too far behind to be told what has ended", async () => {
    const database = await openDatabase(":memory:");
    const of = await openInstallation({ store: await sqliteStore(database) });
    const device = await signInDevice(of, "ada");
    const presented = { kind: "session_token", token: device.cookie } as const;
    await of.sessions.authenticate(presented, { request });
    expect(check(of, device)).toBe("live");
    // Another process has ended very many, and this one among them.
    database.exec(`BEGIN IMMEDIATE;
      UPDATE sessions SET ended_at = 1, end_reason = 'logout' WHERE id = '${device.sessionId}';
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 20000)
      INSERT INTO ends (at, tenant_id, user_id, session_id) SELECT i, 'default', 'x', i FROM n;
      COMMIT`);
    await expect.poll(() => check(of, device)).not.toBe("live");
    expect((await of.sessions.authenticate(presented, { request })).outcome).toBe("ended");
    // And goes on from the present.
    const other = await signInDevice(of, "bob");
    const again = { kind: "session_token", token: other.cookie } as const;
    await expect
      .poll(async () => {
        await of.sessions.authenticate(again, { request });
        return check(of, other);
      })
      .toBe("live");
    await of.close();
  });

  it("fails none for another's sake, and keeps none waiting", async () => {
    const { store, of } = await prepare();
    const [bad, ...good] = await Promise.all(
      ["bad", "ada", "bob"].map((userId) => signInDevice(of, userId)),
    );
    store.refuse = (act) =>
      act.kind === "end_session" && "sessionId" in act && act.sessionId === bad?.sessionId;
    let refuse = (): void => undefined;
    store.beforeRefusal = () => new Promise((resolve) => (refuse = resolve));
    const [first, ...others] = [bad, ...good].map((device) =>
      of.sessions.endOne({ userId: device?.userId ?? "", sessionId: device?.sessionId ?? "" }),
    );
    const receipts = await Promise.all(others);
    expect(receipts.map((receipt) => receipt?.credentials.session_cookie)).toEqual([
      "ended",
      "ended",
    ]);
    refuse();
    await expect(first).rejects.toMatchObject({ code: "ERR_STORE_UNAVAILABLE" });
    await of.close();
  });
});

describe("several processes on one SQLite file", () => {
  it.each(["strict", "bounded"] as const)(
    "%s: an end by one is known to the other",
    async (consistency) => {
      const path = join(mkdtempSync(join(tmpdir(), "endsession-")), "sessions.db");
      const open = async () => openInstallation({ store: await sqliteStore(path), consistency });
      const [one, two] = [await open(), await open()];
      const device = await signInDevice(one, "ada");
      await see(two, device);
      expect(check(two, device)).toBe("live");
      const receipt = await one.sessions.endAll({ userId: "ada" });
      expect(receipt.consistency).toMatchObject({ mode: consistency, bound_ms: 2000 });
      if (consistency === "strict") expect(check(two, device)).toBeUndefined();
      await expect.poll(() => check(two, device), { timeout: 5000 }).toBeUndefined();
      await one.close();
      await two.close();
    },
  );

  it("an instance that died delays an end by no more than B, and only once", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "endsession-")), "sessions.db");
    const store = await sqliteStore(path);
    await store.feed?.join("dead", 300);
    const of = await openInstallation({ store, lease: { bound: 300 } });
    const devices = await Promise.all(["ada", "bob"].map((userId) => signInDevice(of, userId)));
    const waits: number[] = [];
    for (const { userId } of devices) {
      waits.push((await of.sessions.endAll({ userId })).consistency.waited_ms);
    }
    expect(waits[0]).toBeGreaterThan(299);
    expect(waits[1]).toBeLessThan(100);
    await of.close();
  });
});
