/** What operators ask and do: looking sessions and credentials up, and changing the signing keys. */
import { decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { createEndSession } from "./endsession.ts";
import { openDatabase } from "./stores/sqlite/database.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import { byToken, openInstallation, send, signInDevice, TestClock } from "./test-support/rig.ts";

describe("inspect", () => {
  it("tells what each credential is, and that it is live, without using it", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const tokens = [device.cookie, device.accessToken, device.refreshToken, device.rememberMe];
    clock.advance(5 * 60_000);
    const seen = await Promise.all(tokens.map((token) => of.sessions.inspect(token)));
    expect(seen.map(({ kind, genuine, live, reason }) => [kind, genuine, live, reason])).toEqual([
      ["session_token", true, true, null],
      ["access_token", true, true, null],
      ["refresh_token", true, true, null],
      ["remember_me_token", true, true, null],
    ]);
    expect(seen.map(({ userId }) => userId)).toEqual(["ada", "ada", "ada", "ada"]);
    expect(seen.slice(0, 3).map(({ session }) => session?.id)).toEqual(
      Array.from({ length: 3 }, () => device.sessionId),
    );
    const [session] = await of.sessions.list({ userId: "ada" });
    expect(session?.lastSeenAt).toBe(seen[0]?.session?.createdAt);
  });

  it("says why a credential is dead", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const why = async (token: string, tenantId?: string): Promise<unknown> => {
      const { live, reason } = await of.sessions.inspect(token, tenantId ? { tenantId } : {});
      return live ? "live" : reason;
    };
    await of.sessions.refresh(device.refreshToken);
    expect(await why(device.refreshToken)).toBe("spent");
    await of.sessions.remember(device.rememberMe);
    expect(await why(device.rememberMe)).toBe("spent");
    expect(await why(device.cookie, "other")).toBe("not_found");
    expect(await why(`${device.cookie.slice(0, -1)}~`)).toBe("malformed");
    expect(await why(`${device.accessToken.slice(0, -6)}AAAAAA`)).toBe("malformed");
    expect(await why("anything")).toBe("malformed");
    const other = await signInDevice(of, "bob");
    clock.advance(16 * 60_000);
    expect(await why(other.accessToken)).toBe("token_expired");
    await of.sessions.endAll({ userId: "bob", actor: "administrator" });
    expect(await why(other.accessToken)).toBe("administrator");
    expect(await why(other.rememberMe)).toBe("logout_all");
    const third = await signInDevice(of, "eve");
    clock.advance(61 * 60_000);
    expect(await why(third.cookie)).toBe("expired_idle");
  });
});

describe("lookUp and ends by an administrator", () => {
  it("LA-08: finds a session dead or alive, and the audit names the administrator", async () => {
    const of = await openInstallation();
    const { sessionId } = await signInDevice(of, "ada");
    expect(await of.sessions.lookUp({ sessionId })).toMatchObject({ live: true, reason: null });
    expect(await of.sessions.lookUp({ sessionId, tenantId: "other" })).toBeNull();
    await of.sessions.endOne({ userId: "ada", sessionId, actor: "administrator" });
    const report = await of.sessions.lookUp({ sessionId });
    expect(report).toMatchObject({ live: false, reason: "administrator" });
    const [newest] = await of.sessions.audit({ userId: "ada" });
    expect(newest).toMatchObject({ id: report?.auditId, actor: "administrator" });
  });
});

describe("rotation of the signing keys", () => {
  const keyOf = ({ accessToken }: { accessToken: string }): unknown =>
    decodeProtectedHeader(accessToken).kid;

  it("signs with the new key, keeps the old tokens, and reaches another instance", async () => {
    const clock = new TestClock();
    const database = await openDatabase(":memory:");
    const open = async () => openInstallation({ clock, store: await sqliteStore(database) });
    const [here, there] = [await open(), await open()];
    const before = await signInDevice(here, "ada");
    const keys = await here.sessions.rotateSigningKey();
    expect(keys.map(({ signs }) => signs)).toEqual([true, false]);
    expect(keyOf(await signInDevice(here, "ada"))).toBe(keys[0]?.id);
    expect((await send(there, "GET", "/session", { headers: byToken(before) })).status).toBe(200);
    clock.advance(60_000);
    expect(keyOf(await signInDevice(there, "ada"))).toBe(keys[0]?.id);
    expect((await send(here, "GET", "/session", { headers: byToken(before) })).status).toBe(200);
  });

  it("drops a key once no token of it can be alive", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const [first] = await of.sessions.signingKeys();
    const ids = (keys: readonly { id: string }[]): string[] => keys.map(({ id }) => id);
    await of.sessions.rotateSigningKey();
    clock.advance(60 * 60_000);
    expect(ids(await of.sessions.rotateSigningKey())).toContain(first?.id);
    clock.advance(61 * 60_000);
    const left = ids(await of.sessions.rotateSigningKey());
    expect(left).not.toContain(first?.id);
    expect(left).toHaveLength(3);
  });
});

describe("health", () => {
  it("tells a store that answers from one that does not, and whether the lease is held", async () => {
    const database = await openDatabase(":memory:");
    const of = await createEndSession({ store: await sqliteStore(database) });
    expect(await of.sessions.health()).toEqual({ store: true, lease: "held" });
    database.close();
    expect((await of.sessions.health()).store).toBe(false);
    const plain = await openInstallation({ lease: "none" });
    expect(await plain.sessions.health()).toEqual({ store: true, lease: "unused" });
  });
});
