/** The denylist as a file (performance budget P33). */
import { describe, expect, it } from "vitest";
import { mayBeDenied } from "../denylist.ts";
import { asService, openInstallation, send, signInDevice } from "../test-support/rig.ts";
import { filterOf } from "./denylist.ts";
import { nodeCrypto } from "../platform/node.ts";

const claimsOf = (sub: string, sid: string, version = 1) => ({
  sid,
  sub,
  tenant: "default",
  auth_version: version,
});

describe("the denylist", () => {
  it("names what has ended and, but for a few, nothing else", async () => {
    const of = await openInstallation();
    const names = Array.from({ length: 300 }, (_, n) => `user-${n}`);
    const devices = await Promise.all(names.map((userId) => signInDevice(of, userId)));
    const [ended, others] = [devices.slice(0, 200), devices.slice(200)];
    await Promise.all(
      ended.map(({ userId, sessionId }) => of.sessions.endOne({ userId, sessionId })),
    );
    await of.sessions.endAll({ userId: "user-299" });
    const list = await of.sessions.denylist();
    const denied = (sub: string, sid: string, version?: number) =>
      mayBeDenied(list, claimsOf(sub, sid, version));
    expect(ended.every(({ userId, sessionId }) => denied(userId, sessionId))).toBe(true);
    expect(denied("user-299", others.at(-1)?.sessionId ?? "")).toBe(true);
    expect(denied("user-299", "a newer session", 2)).toBe(false);
    const alarms = others.slice(0, -1).filter(({ userId, sessionId }) => denied(userId, sessionId));
    expect(alarms.length).toBeLessThanOrEqual(2);
    await of.close();
  });

  it("takes 2.5 bytes an end at most, and errs for at most 0.5 % of good tokens", () => {
    const count = 50_000;
    const list = filterOf(
      nodeCrypto,
      Array.from({ length: count }, (_, n) => `sid:${n}`),
      0,
    );
    expect(list.length / count).toBeLessThan(2.5);
    let alarms = 0;
    for (let n = 0; n < 20_000; n += 1) {
      if (mayBeDenied(list, claimsOf("x", `good-${n}`))) alarms += 1;
    }
    // Each token is looked up by four keys.
    expect(alarms / 20_000).toBeLessThan(0.005);
    expect(mayBeDenied(list, claimsOf("x", "49999"))).toBe(true);
  });

  it("is given to back ends alone", async () => {
    const of = await openInstallation();
    expect((await send(of, "GET", "/denylist")).status).toBe(401);
    const answer = await send(of, "GET", "/denylist", { headers: asService });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      "application/octet-stream",
    ]);
    expect(answer.text.startsWith("ESD1")).toBe(true);
    await of.close();
  });

  it.each([[new Uint8Array()], [new Uint8Array(84)], [new TextEncoder().encode("ESD1 and more")]])(
    "is told from other bytes",
    (bytes) => {
      expect(() => mayBeDenied(bytes, claimsOf("a", "b"))).toThrow(/no denylist/);
    },
  );
});
