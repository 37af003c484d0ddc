/** Sessions under the ids of other libraries. */
import { describe, expect, it } from "vitest";
import { openInstallation, send, byCookie } from "./test-support/rig.ts";
import { sqliteStore } from "./sqlite.ts";

const external = "library:0123456789abcdef0123456789abcdef";
const presented = { kind: "external", token: external } as const;

describe("a session with an external id", () => {
  it("LO-01: lives until it is ended, and its id is never used again", async () => {
    const { sessions } = await openInstallation();
    expect(await sessions.authenticate(presented)).toEqual({ outcome: "unknown" });
    const { session, sessionToken } = await sessions.start({ userId: "ada", external });
    expect(sessionToken).toBeNull();
    expect(await sessions.authenticate(presented)).toMatchObject({ outcome: "live", session });
    expect(sessions.check(presented)).toMatchObject({ outcome: "live" });
    const { credentials } = await sessions.end(presented);
    expect(credentials["session_cookie"]).toBe("ended");
    expect(sessions.check(presented)?.outcome).not.toBe("live");
    expect(await sessions.authenticate(presented)).toMatchObject({ outcome: "ended" });
    await expect(sessions.start({ userId: "ada", external })).rejects.toMatchObject({
      code: "ERR_SESSION_ENDED",
    });
  });

  it("LA-01: ends with all sessions of its user", async () => {
    const { sessions } = await openInstallation();
    await sessions.start({ userId: "ada", external });
    await sessions.endAll({ userId: "ada" });
    expect(await sessions.authenticate(presented)).toMatchObject({ outcome: "ended" });
    await expect(sessions.start({ userId: "ada", external })).rejects.toThrow("has ended");
  });

  it("starts once, however many requests start it", async () => {
    const { sessions } = await openInstallation();
    const starts = Array.from({ length: 8 }, () => sessions.start({ userId: "ada", external }));
    const ids = (await Promise.all(starts)).map(({ session }) => session.id);
    expect(new Set(ids).size).toBe(1);
    expect(await sessions.list({ userId: "ada" })).toHaveLength(1);
    await expect(sessions.start({ userId: "eve", external })).rejects.toThrow("another user's");
  });

  it("is not to be had with a cookie or a header", async () => {
    const of = await openInstallation();
    await of.sessions.start({ userId: "ada", external });
    for (const text of [external, `external:${external}`]) {
      for (const headers of [byCookie({ cookie: text }), { authorization: `Bearer ${text}` }]) {
        expect((await send(of, "GET", "/session", { headers })).status).toBe(401);
      }
    }
  });

  it("SS-06: is neither live nor dead when the store fails", async () => {
    const store = await sqliteStore(":memory:");
    const { sessions } = await openInstallation({ store });
    store.find = () => Promise.reject(new Error("disk I/O error"));
    const failure = { code: "ERR_STORE_UNAVAILABLE" };
    await expect(sessions.authenticate(presented)).rejects.toMatchObject(failure);
    await expect(sessions.start({ userId: "ada", external })).rejects.toMatchObject(failure);
  });
});
