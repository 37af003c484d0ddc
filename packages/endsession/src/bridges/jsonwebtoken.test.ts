/** jsonwebtoken as it is, and with the bridge, over real connections. */
import express from "express";
import jwt from "jsonwebtoken";
import { describe, expect, it } from "vitest";
import type { EndSession } from "../endsession.ts";
import { sessionOf } from "../express.ts";
import { tokenSessions } from "../jsonwebtoken.ts";
import { sqliteStore } from "../sqlite.ts";
import { serve, visit, type Reply, type Visitor } from "../test-support/bridged.ts";
import { openInstallation } from "../test-support/rig.ts";

const key = "a key of the tests, long enough for HS256";

/** As people write it: nothing but the signature is looked at. */
function unbridged(app: express.Express): void {
  app.post("/login", (_req, res) => {
    res.json({ token: jwt.sign({ sub: "ada" }, key, { expiresIn: "7d" }) });
  });
  app.get("/me", (req, res) => {
    try {
      const token = req.get("authorization")?.slice("Bearer ".length) ?? "";
      res.json({ user: jwt.verify(token, key, { algorithms: ["HS256"] }).sub });
    } catch {
      res.sendStatus(401);
    }
  });
  app.post("/logout", (_req, res) => {
    res.json({ ok: true }); // "the client deletes its token"
  });
}

function bridged(of: EndSession, expiresIn: jwt.SignOptions["expiresIn"] = "7d") {
  return (app: express.Express): void => {
    const tokens = tokenSessions(of, {
      verify: (token, options) => jwt.verify(token, key, { algorithms: ["HS256"], ...options }),
    });
    app.post("/login", async (req, res) => {
      const claims = await tokens.start(req, { userId: "ada" });
      res.json({ token: jwt.sign(claims, key, { expiresIn: expiresIn ?? "7d" }) });
    });
    app.get("/me", tokens.protect, (req, res) => {
      res.json({ user: sessionOf(req).userId });
    });
    app.post("/logout", tokens.logout);
  };
}

async function application(make: (app: express.Express) => void): Promise<Visitor> {
  const app = express();
  make(app);
  return visit(await serve(app));
}

async function tokenFrom(device: Visitor): Promise<Record<string, string>> {
  const { token } = JSON.parse((await device.post("/login")).text) as { token: string };
  return { authorization: `Bearer ${token}` };
}

const me = async (device: Visitor, token: Record<string, string>): Promise<number> =>
  (await device.get("/me", token)).status;
const logOut = (device: Visitor, token: Record<string, string>): Promise<Reply> =>
  device.post("/logout", undefined, token);

async function statuses(device: Visitor): Promise<number[]> {
  const token = await tokenFrom(device);
  const before = await me(device, token);
  return [before, (await logOut(device, token)).status, await me(device, token)];
}

describe("LO-01 JW-04: a token after the logout", () => {
  it("is as good as before without the bridge, and dead with it", async () => {
    expect(await statuses(await application(unbridged))).toEqual([200, 200, 200]);
    const of = await openInstallation();
    expect(await statuses(await application(bridged(of)))).toEqual([200, 200, 401]);
  });
});

describe("a token with the bridge", () => {
  it("LO-01: tells that it is over; another device's lives on", async () => {
    const of = await openInstallation();
    const device = await application(bridged(of));
    const [one, other] = [await tokenFrom(device), await tokenFrom(device)];
    const out = await logOut(device, one);
    expect(JSON.parse(out.text)).toMatchObject({ receipt: { scope: "current" } });
    const refused = await device.get("/me", one);
    expect(JSON.parse(refused.text)).toMatchObject({
      type: "urn:endsession:problem:session-ended",
    });
    expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await me(device, other)).toBe(200);
    expect((await logOut(device, one)).status).toBe(200);
  });

  it("LA-01 LA-06: dies with all of its user's, and with a change of password", async () => {
    const of = await openInstallation();
    const device = await application(bridged(of));
    const first = await tokenFrom(device);
    await of.sessions.endAll({ userId: "ada" });
    const second = await tokenFrom(device);
    await of.sessions.securityEvent({ userId: "ada", type: "password_changed" });
    const third = await tokenFrom(device);
    const of3 = [await me(device, first), await me(device, second), await me(device, third)];
    expect(of3).toEqual([401, 401, 200]);
  });

  it("LO-03: an expired one can still log out, and lets nobody in", async () => {
    const of = await openInstallation();
    const device = await application(bridged(of, -10));
    const token = await tokenFrom(device);
    expect(await me(device, token)).toBe(401);
    expect((await logOut(device, token)).status).toBe(200);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
  });

  it("is refused when forged, of another user's session, of before the bridge, or missing", async () => {
    const of = await openInstallation();
    const device = await application(bridged(of));
    const good = await tokenFrom(device);
    const { sid } = jwt.decode(good["authorization"]?.slice(7) ?? "") as { sid: string };
    const forged = [
      jwt.sign({ sub: "ada", sid }, "another key, also long enough for it"),
      jwt.sign({ sub: "ada", sid }, key, { algorithm: "HS512" }),
      jwt.sign({ sub: "ada" }, key),
      jwt.sign({ sub: "ada", sid: "unknown" }, key),
      jwt.sign({ sub: "ada", sid: [sid] }, key),
      "",
      "junk",
    ];
    for (const token of forged) {
      expect(await me(device, { authorization: `Bearer ${token}` })).toBe(401);
      await logOut(device, { authorization: `Bearer ${token}` });
    }
    const ofEve = jwt.sign({ sub: "eve", sid }, key);
    expect(await me(device, { authorization: `Bearer ${ofEve}` })).toBe(401);
    expect(await me(device, {})).toBe(401);
    expect(await me(device, good)).toBe(200);
  });

  it("LO-05 SS-06: 503 and nothing else when the store fails", async () => {
    const store = await sqliteStore(":memory:");
    const device = await application(bridged(await openInstallation({ store })));
    const token = await tokenFrom(device);
    store.find = () => Promise.reject(new Error("disk I/O error"));
    store.commit = () => Promise.reject(new Error("disk I/O error"));
    const out = await logOut(device, token);
    expect([out.status, out.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await me(device, token)).toBe(503);
  });
});
