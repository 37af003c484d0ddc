import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Store } from "./core/store.ts";
import { sqliteStore } from "./sqlite.ts";
import type { EndSession } from "./endsession.ts";
import {
  asService,
  byCookie,
  type Device,
  openInstallation,
  origin,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

/** An open stream, read event by event. */
class Stream {
  readonly status: number;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #ends = new Set<string>();
  #text = "";

  constructor(response: Response) {
    this.status = response.status;
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader();
  }

  /**
   * The next event's name and data; null once the stream is closed. An end of this very instance is
   * told at its commit, and once more when the feed comes to it: that is passed over.
   */
  async next(): Promise<[name: string, data: Record<string, unknown>] | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split("\n");
        this.#text = this.#text.slice(end + 2);
        const field = (name: string): string =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
        if (field("event") === "") continue;
        if (field("event") === "ended") {
          if (this.#ends.has(field("data"))) continue;
          this.#ends.add(field("data"));
        }
        return [field("event"), JSON.parse(field("data")) as Record<string, unknown>];
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += new TextDecoder().decode(value);
    }
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function listen(
  of: EndSession,
  device: Device,
  headers: Record<string, string> = {},
): Promise<Stream> {
  const request = new Request(`${origin}/events`, {
    headers: { ...byCookie(device), ...headers },
  });
  return new Stream(await of.handler.fetch(request, { address: "192.0.2.7" }));
}

/** Two instances that share a database, and the store of the first. */
async function openTwo(): Promise<[EndSession, EndSession, Store]> {
  const folder = await mkdtemp(join(tmpdir(), "events-"));
  const [one, two] = [
    await sqliteStore(`${folder}/sessions.db`),
    await sqliteStore(`${folder}/sessions.db`),
  ];
  return [await openInstallation({ store: one }), await openInstallation({ store: two }), one];
}

describe("GET /events", () => {
  it("RV-02 LA-09: tells what ends among the user's devices, and closes with its session", async () => {
    const of = await openInstallation();
    const [one, two, stranger] = [
      await signInDevice(of, "ada"),
      await signInDevice(of, "ada"),
      await signInDevice(of, "bob"),
    ];
    const stream = await listen(of, one);
    expect(await stream.next()).toEqual(["hello", { session_id: one.sessionId }]);
    await of.sessions.endOne({ userId: "bob", sessionId: stranger.sessionId });
    await send(of, "POST", "/logout", { headers: byCookie(two) });
    expect(await stream.next()).toEqual([
      "ended",
      { session_id: two.sessionId, reason: "logged_out" },
    ]);
    await of.sessions.endOne({ userId: "ada", sessionId: one.sessionId });
    expect(await stream.next()).toEqual([
      "ended",
      { session_id: one.sessionId, reason: "revoked_elsewhere" },
    ]);
    expect(await stream.next()).toEqual([
      "over",
      { session_id: one.sessionId, reason: "revoked_elsewhere" },
    ]);
    expect(await stream.next()).toBe(null);
  });

  it.each([
    ["a new password", { type: "password_changed", user_id: "ada" }, "credentials_changed"],
    ["a closed account", { type: "account_disabled", user_id: "ada" }, "credentials_changed"],
  ])("closes at %s", async (_, body, reason) => {
    const of = await openInstallation();
    const stream = await listen(of, await signInDevice(of, "ada"));
    await stream.next();
    await send(of, "POST", "/security-events", { headers: asService, body });
    expect((await stream.next())?.[0]).toBe("ended");
    expect(await stream.next()).toMatchObject(["over", { reason }]);
    expect(await stream.next()).toBe(null);
  });

  it("closes at an end on another instance of the same store", async () => {
    const [here, there] = await openTwo();
    const device = await signInDevice(here, "ada");
    const stream = await listen(here, device);
    await stream.next();
    await send(there, "POST", "/logout", { headers: byCookie(device) });
    expect((await stream.next())?.[0]).toBe("ended");
    expect((await stream.next())?.[0]).toBe("over");
    expect(await stream.next()).toBe(null);
    await Promise.all([here.close(), there.close()]);
  });

  it("spares who went on: the others' end closes theirs, and the kept session is asked about", async () => {
    const of = await openInstallation();
    const [kept, other] = [await signInDevice(of, "ada"), await signInDevice(of, "ada")];
    const stream = await listen(of, other);
    await stream.next();
    await send(of, "POST", "/logout/all", {
      headers: byCookie(kept),
      body: { keep_current: true },
    });
    const names = [await stream.next(), await stream.next(), await stream.next()].map(
      (event) => event?.[0] ?? null,
    );
    expect(names).toContain("over");
    expect(names.slice(0, names.indexOf("over"))).not.toContain(null);
  });

  it("is no activity, and says so to who asks after its idle end", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock, profile: { idle: 60_000, absolute: 600_000 } });
    const device = await signInDevice(of, "ada");
    await (await listen(of, device)).close();
    clock.advance(40_000);
    await (await listen(of, device)).close();
    clock.advance(25_000);
    const late = await of.handler.fetch(
      new Request(`${origin}/events`, { headers: byCookie(device) }),
    );
    expect(late.status).toBe(401);
    expect(await late.json()).toMatchObject({ reason: "expired_idle" });
  });

  it("closes at the timeout of its session without being asked", async () => {
    const of = await openInstallation({ profile: { idle: 1200, absolute: 60_000 } });
    const stream = await listen(of, await signInDevice(of, "ada"));
    await stream.next();
    expect(await stream.next()).toMatchObject(["over", { reason: "expired_idle" }]);
    expect(await stream.next()).toBe(null);
  });

  it("tells who comes back to look again, and nobody who is not signed in", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const stream = await listen(of, device, { "last-event-id": "17" });
    await stream.next();
    expect((await stream.next())?.[0]).toBe("resync");
    const nobody = await of.handler.fetch(new Request(`${origin}/events`));
    expect(nobody.status).toBe(401);
    await stream.close();
  });

  it("has a limited number of places, which are given back", async () => {
    const of = await openInstallation({ events: { perUser: 2 } });
    const device = await signInDevice(of, "ada");
    const [one] = [await listen(of, device), await listen(of, device)];
    expect((await listen(of, device)).status).toBe(429);
    expect((await listen(of, await signInDevice(of, "bob"))).status).toBe(200);
    await one?.close();
    expect((await listen(of, device)).status).toBe(200);
  });

  it("takes no place for a HEAD, whose answer nobody closes", async () => {
    const of = await openInstallation({ events: { perUser: 1 } });
    const device = await signInDevice(of, "ada");
    const head = { method: "HEAD", headers: byCookie(device) };
    for (let count = 0; count < 3; count += 1) {
      const answer = await of.handler.fetch(new Request(`${origin}/events`, head));
      expect([answer.status, answer.body]).toEqual([200, null]);
    }
    const stream = await listen(of, device);
    expect(stream.status).toBe(200);
    await stream.close();
  });

  it("closes when the installation does", async () => {
    const of = await openInstallation();
    const stream = await listen(of, await signInDevice(of, "ada"));
    await stream.next();
    await of.close();
    expect(await stream.next()).toMatchObject(["over", { reason: null }]);
    expect(await stream.next()).toBe(null);
  });
});

describe("the end-only ticket", () => {
  const ticketOf = async (of: EndSession, device: Device): Promise<string> => {
    const answer = await send(of, "GET", "/session?ticket=1", { headers: byCookie(device) });
    return String(answer.body["end_ticket"]);
  };
  const browser = { "sec-fetch-site": "same-origin" };

  it("is given only to who asks, and ends its session without any cookie", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const plain = await send(of, "GET", "/session", { headers: byCookie(device) });
    expect(plain.body).not.toHaveProperty("end_ticket");
    const ticket = await ticketOf(of, device);
    const answer = await send(of, "POST", "/logout", { headers: browser, body: { ticket } });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const after = await send(of, "GET", "/session", { headers: byCookie(device) });
    expect(after.body["reason"]).toBe("logged_out");
    const again = await send(of, "POST", "/logout", { headers: browser, body: { ticket } });
    expect(again.body).toMatchObject({
      receipt: { credentials: { session_cookie: "already_ended" } },
    });
  });

  it("touches neither the session nor the cookies of who has signed in since", async () => {
    const of = await openInstallation();
    const [gone, present] = [await signInDevice(of, "ada"), await signInDevice(of, "bob")];
    const ticket = await ticketOf(of, gone);
    const answer = await send(of, "POST", "/logout", {
      headers: byCookie(present),
      body: { ticket },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.headers.get("clear-site-data")).toBe(null);
    expect((await send(of, "GET", "/session", { headers: byCookie(present) })).status).toBe(200);
    expect((await send(of, "GET", "/session", { headers: byCookie(gone) })).status).toBe(401);
  });

  it("touches no session that the same person has begun since", async () => {
    const of = await openInstallation();
    const gone = await signInDevice(of, "ada");
    const ticket = await ticketOf(of, gone);
    const body = { email: "ada", password: "right" };
    const headers = byCookie(gone);
    const signedIn = await send(of, "POST", "/login", { headers, body });
    const [pair = ""] = (signedIn.headers.getSetCookie()[0] ?? "").split(";");
    const present = { cookie: pair.slice(pair.indexOf("=") + 1) };
    const answer = await send(of, "POST", "/logout", {
      headers: byCookie(present),
      body: { ticket },
    });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
    expect((await send(of, "GET", "/session", { headers: byCookie(present) })).status).toBe(200);
    // A logout with the old cookie, which crossed the sign-in, does reach the new session.
    expect((await send(of, "POST", "/logout", { headers })).status).toBe(200);
    expect((await send(of, "GET", "/session", { headers: byCookie(present) })).status).toBe(401);
  });

  it("deletes the cookies of its own session", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const answer = await send(of, "POST", "/logout", {
      headers: byCookie(device),
      body: { ticket: await ticketOf(of, device) },
    });
    expect(answer.headers.getSetCookie().join()).toContain("__Host-es_session=;");
    expect(answer.headers.get("clear-site-data")).toBe('"prefetchCache", "prerenderCache"');
  });

  it("does nothing else, and nothing else passes for it", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const ticket = await ticketOf(of, device);
    const bearer = { authorization: `Bearer ${ticket}` };
    expect((await send(of, "GET", "/session", { headers: bearer })).status).toBe(401);
    expect((await send(of, "POST", "/not-me", { body: { ticket } })).status).not.toBe(200);
    const notMe = await of.sessions.notMeTicket({ userId: "ada" });
    for (const forged of [notMe, device.accessToken, device.cookie, "x"]) {
      const answer = await send(of, "POST", "/logout", {
        headers: browser,
        body: { ticket: forged },
      });
      expect(answer.status).toBe(401);
    }
    expect((await send(of, "GET", "/session", { headers: byCookie(device) })).status).toBe(200);
  });
});

describe("sessions.onEnded", () => {
  it("calls once, for the very session, and not after it was stopped", async () => {
    const of = await openInstallation();
    const signIn = async (): Promise<{
      session: Awaited<ReturnType<typeof of.sessions.start>>["session"];
    }> => of.sessions.start({ userId: "ada" });
    const [one, two] = [await signIn(), await signIn()];
    const heard: string[] = [];
    const over = new Promise<void>((resolve) => {
      of.sessions.onEnded(one.session, ({ reason }) => {
        heard.push(`one ${reason}`);
        resolve();
      });
    });
    const stop = of.sessions.onEnded(two.session, () => heard.push("two"));
    stop();
    await of.sessions.endAll({ userId: "ada" });
    await over;
    await of.sessions.endAll({ userId: "ada" });
    expect(heard).toEqual(["one revoked_elsewhere"]);
  });

  it("calls for a session that has ended already", async () => {
    const of = await openInstallation();
    const { session } = await of.sessions.start({ userId: "ada" });
    await of.sessions.endOne({ userId: "ada", sessionId: session.id });
    const reason = await new Promise((resolve) => {
      of.sessions.onEnded(session, (over) => resolve(over.reason));
    });
    expect(reason).toBe("revoked_elsewhere");
  });

  it("hears of an end that comes while it looks, though what it found is from before", async () => {
    const [here, there, store] = await openTwo();
    const { session } = await here.sessions.start({ userId: "ada" });
    const find = store.find.bind(store);
    const found = new Promise<() => void>((seen) => {
      store.find = async (keys) => {
        store.find = find;
        const records = await find(keys);
        await new Promise<void>((answer) => seen(answer));
        return records;
      };
    });
    const reason = new Promise((resolve) => {
      here.sessions.onEnded(session, (over) => resolve(over.reason));
    });
    const answer = await found;
    await there.sessions.endAll({ userId: "ada" });
    answer();
    expect(await reason).toBe("revoked_elsewhere");
    await Promise.all([here.close(), there.close()]);
  });

  it("lets no listener that throws hinder the end, nor the others", async () => {
    const of = await openInstallation();
    const { session } = await of.sessions.start({ userId: "ada" });
    of.sessions.onEnded(session, () => {
      throw new Error("the application's own");
    });
    const reason = new Promise((resolve) => {
      of.sessions.onEnded(session, (over) => resolve(over.reason));
    });
    await of.sessions.endOne({ userId: "ada", sessionId: session.id });
    expect(await reason).toBe("revoked_elsewhere");
  });
});
