/**
 * What express-session asks of a store, told in its README (required, recommended, optional): its
 * own MemoryStore, and that store behind the bridge, answer alike.
 */
import session, { MemoryStore, type SessionData, type Store } from "express-session";
import { describe, expect, it } from "vitest";
import type { IncomingMessage } from "node:http";
import { endingStore } from "../../express-session.ts";
import { gate } from "../../test-support/bridged.ts";
import { openInstallation } from "../../test-support/rig.ts";

const userId = (data: SessionData): string | undefined => data.userId;

const stores: readonly [name: string, make: () => Promise<Store>][] = [
  ["MemoryStore", async () => new MemoryStore()],
  [
    "MemoryStore behind the bridge",
    async () => endingStore(await openInstallation(), new MemoryStore(), { userId }),
  ],
];

/** A session's data: of a user, or of a visitor who has not signed in. */
function dataOf(user: string | undefined, maxAge = 60_000): SessionData {
  return { cookie: Object.assign(new session.Cookie(), { maxAge }), userId: user, note: "kept" };
}

/** What a method gives to its callback. */
function ask<T>(
  work: (done: (error?: unknown, value?: T | null) => void) => void,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    work((error, value) => (error ? reject(error as Error) : resolve(value ?? null)));
  });
}

describe.each(stores)("%s", (_, make) => {
  describe.each([
    ["a user", "ada"],
    ["a visitor", undefined],
  ])("with the session of %s", (__, user) => {
    it("gives what was set, and nothing for an unknown id (required)", async () => {
      const store = await make();
      expect(await ask((done) => store.get("unknown", done))).toBeNull();
      await ask((done) => store.set("one", dataOf(user), done));
      expect(await ask((done) => store.get("one", done))).toMatchObject({ note: "kept" });
      await ask((done) => store.set("one", { ...dataOf(user), note: "newer" }, done));
      expect(await ask((done) => store.get("one", done))).toMatchObject({ note: "newer" });
    });

    it("forgets what was destroyed; destroying it again is no error (required)", async () => {
      const store = await make();
      await ask((done) => store.set("one", dataOf(user), done));
      for (let time = 0; time < 2; time += 1) {
        await ask((done) => store.destroy("one", done));
        expect(await ask((done) => store.get("one", done))).toBeNull();
      }
    });

    it("keeps a copy: later changes of the object are not saved", async () => {
      const store = await make();
      const data = dataOf(user);
      await ask((done) => store.set("one", data, done));
      data.note = "changed";
      expect(await ask((done) => store.get("one", done))).toMatchObject({ note: "kept" });
    });

    it("works without callbacks", async () => {
      const store = await make();
      store.set("one", dataOf(user));
      await expect
        .poll(() => ask((done) => store.get("one", done)))
        .toMatchObject({ note: "kept" });
      store.destroy("one");
      await expect.poll(() => ask((done) => store.get("one", done))).toBeNull();
    });

    it("touch moves the expiry and nothing else (recommended)", async () => {
      const store = await make();
      await ask((done) => store.set("one", dataOf(user), done));
      const touched = { ...dataOf(user, 3_600_000), note: "not saved" };
      await ask((done) => store.touch?.("one", touched, done));
      const found = await ask<SessionData>((done) => store.get("one", done));
      expect(found).toMatchObject({ note: "kept" });
      const expires = new Date(found?.cookie.expires ?? 0).getTime();
      expect(expires).toBe(touched.cookie.expires?.getTime());
      await ask((done) => store.touch?.("unknown", touched, done));
      expect(await ask((done) => store.get("unknown", done))).toBeNull();
    });

    it("drops what has expired", async () => {
      const store = await make();
      await ask((done) => store.set("one", dataOf(user, -1000), done));
      expect(await ask((done) => store.get("one", done))).toBeNull();
    });

    it("lists, counts and clears (optional)", async () => {
      const store = await make();
      for (const sid of ["one", "two", "three"])
        await ask((done) => store.set(sid, dataOf(user), done));
      await ask((done) => store.destroy("two", done));
      expect(Object.keys((await ask((done) => store.all?.(done))) ?? {})).toEqual(["one", "three"]);
      expect(await ask((done) => store.length?.(done))).toBe(2);
      await ask((done) => store.clear?.(done));
      expect(await ask((done) => store.length?.(done))).toBe(0);
      expect(await ask((done) => store.get("one", done))).toBeNull();
    });

    it("loads a session as an object with its methods", async () => {
      const store = await make();
      await ask((done) => store.set("one", dataOf(user), done));
      const loaded = await ask<session.SessionData>((done) => store.load("one", done));
      expect(loaded).toMatchObject({ id: "one", note: "kept" });
      expect(loaded).toHaveProperty("regenerate");
      expect(await ask((done) => store.load("unknown", done))).toBeNull();
    });

    it("regenerates: the old id is gone, and a new one is made", async () => {
      const store = await make();
      await ask((done) => store.set("one", dataOf(user), done));
      const req = { sessionID: "one" } as IncomingMessage & { sessionID: string };
      const generated: unknown[] = [];
      Object.assign(store, { generate: (of: unknown) => void generated.push(of) });
      await ask((done) => store.regenerate(req as never, done));
      expect(generated).toEqual([req]);
      expect(await ask((done) => store.get("one", done))).toBeNull();
    });

    it("passes on the events of the store", async () => {
      const store = await make();
      const heard = ask((done) => store.once("disconnect", () => done()));
      store.emit("disconnect");
      await heard;
    });
  });
});

describe("the bridge before a store", () => {
  it("SS-06: gives errors with a status of 503, and regenerates nothing, when the truth is not to be had", async () => {
    const of = await openInstallation();
    const store = endingStore(of, new MemoryStore(), { userId });
    await ask((done) => store.set("one", dataOf("ada"), done));
    await of.close();
    const failure = { code: "ERR_STORE_UNAVAILABLE", status: 503 };
    const req = { sessionID: "one" };
    Object.assign(store, { generate: () => expect.unreachable() });
    for (const work of [
      ask((done) => store.get("one", done)),
      ask((done) => store.set("one", dataOf("ada"), done)),
      ask((done) => store.destroy("one", done)),
      ask((done) => store.clear?.(done)),
      ask((done) => store.regenerate(req as never, done)),
    ]) {
      await expect(work).rejects.toMatchObject(failure);
    }
  });

  it("I1: leaves nothing of data that were being written when their session ended", async () => {
    const inner = new MemoryStore();
    const store = endingStore(await openInstallation(), inner, { userId });
    await ask((done) => store.set("one", dataOf("ada"), done));
    const write = inner.set.bind(inner);
    const [inside, go] = [gate(), gate()];
    inner.set = (sid, data, done) => {
      inside.open();
      void go.passed.then(() => write(sid, data, done));
    };
    const late = ask((done) => store.set("one", dataOf("ada"), done));
    await inside.passed;
    await ask((done) => store.destroy("one", done));
    go.open();
    await late;
    expect(await ask((done) => inner.get("one", done))).toBeNull();
    expect(await ask((done) => store.get("one", done))).toBeNull();
  });

  it("has an event of the store behind it", async () => {
    const inner = new MemoryStore();
    const store = endingStore(await openInstallation(), inner, { userId });
    const heard = ask((done) => store.once("disconnect", () => done()));
    inner.emit("disconnect");
    await heard;
  });

  it("LA-06: refuses another user's name under the id of a session", async () => {
    const store = endingStore(await openInstallation(), new MemoryStore(), { userId });
    await ask((done) => store.set("one", dataOf("ada"), done));
    await expect(ask((done) => store.set("one", dataOf("eve"), done))).rejects.toThrow("new id");
    expect(await ask((done) => store.get("one", done))).toMatchObject({ userId: "ada" });
  });
});
