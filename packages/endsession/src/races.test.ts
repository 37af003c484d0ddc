/** Ends against whatever else happens at the same time (reliability T5, T9). */
import { describe, expect, it } from "vitest";
import {
  byCookie,
  byRememberMe,
  byToken,
  type Device,
  openInstallation,
  send,
  serviceToken,
  signInDevice,
  TestClock,
  uses,
} from "./test-support/rig.ts";
import type { EndSession } from "./endsession.ts";
import type { SessionRecord } from "./core/session.ts";
import type { Feed } from "./core/feed.ts";
import type { Store } from "./core/store.ts";
import { emptyStore, onPostgres } from "./test-support/stores.ts";

/** On PostgreSQL a trial takes ten times as long. */
const trials = onPostgres && process.env["ENDSESSION_NIGHTLY"] === undefined ? 60 : 600;

/** A store that stops between its calls in an order drawn from a seed. */
class InterleavingStore implements Store {
  readonly #store: Store;
  #seed: number;
  constructor(store: Store, seed: number) {
    this.#store = store;
    this.#seed = seed;
  }
  find: Store["find"] = async (keys) => {
    await this.#pause();
    const found = await this.#store.find(keys);
    await this.#pause();
    return found;
  };
  commit: Store["commit"] = async (acts) => {
    await this.#pause();
    const outcomes = await this.#store.commit(acts);
    await this.#pause();
    return outcomes;
  };
  query: Store["query"] = async (query) => {
    await this.#pause();
    return this.#store.query(query);
  };
  close: Store["close"] = () => this.#store.close();
  get feed(): Feed {
    return this.#store.feed as Feed;
  }

  async #pause(): Promise<void> {
    // xorshift32: the same seed gives the same order.
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    const turns = (this.#seed >>> 0) % 6;
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  }
}

interface Rival {
  /** Does something that could bring the user back; gives the credentials it got. */
  readonly run: (of: EndSession, device: Device) => Promise<Partial<Device>>;
}

const refresh: Rival = {
  run: async (of, device) => {
    const body = { grant_type: "refresh_token", refresh_token: device.refreshToken };
    const answer = await send(of, "POST", "/token", { body });
    return answer.status === 200
      ? {
          accessToken: String(answer.body["access_token"]),
          refreshToken: String(answer.body["refresh_token"]),
        }
      : {};
  },
};

const remember: Rival = {
  run: async (of, device) => {
    const answer = await send(of, "GET", "/session", { headers: byRememberMe(device) });
    return cookiesOf(answer.headers);
  },
};

const login: Rival = {
  run: async (of, device) => {
    const body = { email: device.userId, password: "right", remember_me: true };
    return cookiesOf((await send(of, "POST", "/login", { body })).headers);
  },
};

/** A sign-in in the browser that still holds the session: what it starts may live, if it is later. */
const signInOver: Rival = {
  run: async (of, device) => {
    const body = { email: device.userId, password: "right" };
    await send(of, "POST", "/login", { headers: byCookie(device), body });
    return {};
  },
};

const touch: Rival = {
  run: async (of, device) => {
    await send(of, "GET", "/session", { headers: byCookie(device) });
    return {};
  },
};

const reauthenticate: Rival = {
  run: async (of, device) => {
    const init = { headers: byCookie(device), body: { password: "right" } };
    return cookiesOf((await send(of, "POST", "/reauthenticate", init)).headers);
  },
};

function cookiesOf(headers: Headers): Partial<Device> {
  const value = (name: string): string | undefined =>
    headers
      .getSetCookie()
      .map((line) => line.slice(0, line.indexOf(";")).split("="))
      .find(([key, text]) => key === name && text !== "")?.[1];
  const [cookie, rememberMe] = [value("__Host-es_session"), value("__Host-es_remember")];
  return { ...(cookie && { cookie }), ...(rememberMe && { rememberMe }) };
}

const strongestUses = [
  "session cookie at /session",
  "access token at /session",
  "refresh token at /token",
  "remember-me token at /session",
];

/** All credentials that a race has left, tried one by one. */
async function alive(of: EndSession, device: Device, got: Partial<Device>): Promise<string[]> {
  const accepted: string[] = [];
  const holders = Object.keys(got).length === 0 ? [device] : [device, { ...device, ...got }];
  for (const holder of holders) {
    for (const name of strongestUses) {
      if (await uses[name]?.(of, holder)) accepted.push(name);
    }
  }
  return accepted;
}

describe("T9 RT-10 I5: 600 races each leave nothing alive", () => {
  const logout = (of: EndSession, device: Device): Promise<unknown> =>
    send(of, "POST", "/logout", { headers: byCookie(device) });
  const logoutRemembered = (of: EndSession, device: Device): Promise<unknown> =>
    send(of, "POST", "/logout", { headers: byRememberMe(device) });
  const logoutByToken = (of: EndSession, device: Device): Promise<unknown> =>
    send(of, "POST", "/logout", { headers: byToken(device) });
  const revoke = (of: EndSession, device: Device): Promise<unknown> =>
    send(of, "POST", "/revoke", { body: { token: device.refreshToken } });
  const logoutAll = (of: EndSession, device: Device): Promise<unknown> =>
    of.sessions.endAll({ userId: device.userId });

  it.each<[string, Rival, typeof logout]>([
    ["logout against refresh", refresh, logout],
    ["logout against remember-me", remember, logout],
    ["logout against a touch", touch, logout],
    ["logout against a sign-in over the session", signInOver, logout],
    ["logout against re-authentication", reauthenticate, logout],
    ["logout by token against re-authentication", reauthenticate, logoutByToken],
    ["revocation against re-authentication", reauthenticate, revoke],
    ["logout by the remember-me cookie against remember-me", remember, logoutRemembered],
    ["logout everywhere against refresh", refresh, logoutAll],
    ["logout everywhere against remember-me", remember, logoutAll],
    ["logout everywhere against re-authentication", reauthenticate, logoutAll],
  ])("%s", { timeout: 120_000 }, async (name, rival, end) => {
    const clock = new TestClock();
    const store = new InterleavingStore(await emptyStore(), 20_261_121);
    const installation = await openInstallation({ store, clock });
    const survivors: string[] = [];
    for (let trial = 0; trial < trials; trial += 1) {
      const device = await signInDevice(installation, `user-${trial}`);
      clock.advance(61_000);
      const [got] = await Promise.all([rival.run(installation, device), end(installation, device)]);
      const accepted = await alive(installation, device, got);
      survivors.push(...accepted.map((one) => `${trial}: ${one}`));
    }
    expect(survivors, name).toEqual([]);
    await installation.close();
  });

  it(
    "logout everywhere against a sign-in whose password was checked before it",
    { timeout: 120_000 },
    async () => {
      const store = new InterleavingStore(await emptyStore(), 7);
      let checked = (): void => undefined;
      const installation = await openInstallation({
        store,
        verifyPassword: async ({ identifier }) => {
          checked();
          return { userId: identifier ?? "" };
        },
      });
      const survivors: string[] = [];
      for (let trial = 0; trial < trials; trial += 1) {
        const userId = `user-${trial}`;
        const device = await signInDevice(installation, userId);
        // The end begins the moment the password has been found right.
        const end = new Promise<void>((resolve, reject) => {
          checked = (): void => {
            installation.sessions.endAll({ userId }).then(() => resolve(), reject);
          };
        });
        const [got] = await Promise.all([login.run(installation, device), end]);
        const accepted = await alive(installation, device, got);
        survivors.push(...accepted.map((one) => `${trial}: ${one}`));
      }
      expect(survivors).toEqual([]);
    },
  );
});

describe("T5 I15: a request that began before the end", () => {
  it("RV-06: cannot bring the session back, whatever it does afterwards", async () => {
    const clock = new TestClock();
    const installation = await openInstallation({ clock });
    const device = await signInDevice(installation, "ada");
    const { core } = installation.http;
    const key = { by: "id", tenantId: "default", sessionId: device.sessionId } as const;
    const before = await core.truth.find(key);
    const family = before?.family;
    if (!before || !family) throw new Error("The session was not found.");
    await send(installation, "POST", "/logout", { headers: byCookie(device) });

    const at = clock.now();
    const outcomes = await core.truth.commit([
      { kind: "touch", sessionId: device.sessionId, at },
      {
        kind: "rotate",
        familyId: family.id,
        generation: 0,
        tokenHash: family.tokenHash,
        nextHash: "next",
        sealedSuccessor: "sealed",
        idleExpiresAt: at + 1000,
        at,
      },
      { kind: "confirm", familyId: family.id, generation: 0, at },
      { kind: "count_grace", familyId: family.id, generation: 0, limit: 10, at },
    ]);
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => ({ done: false })));
    await expect(reissueOf(installation, before)).rejects.toMatchObject({
      code: "ERR_SESSION_ENDED",
    });
    expect(await alive(installation, device, {})).toEqual([]);
  });

  async function reissueOf(of: EndSession, record: SessionRecord): Promise<unknown> {
    return of.sessions.reauthenticate({ ...record, reauthenticationRequired: false });
  }
});

describe("RT-04 RT-06: parallel refreshes", () => {
  it("64 of one token give one successor, and every one of them succeeds", async () => {
    for (let round = 0; round < 20; round += 1) {
      const store = new InterleavingStore(await emptyStore(), round + 1);
      const installation = await openInstallation({ store });
      const device = await signInDevice(installation, "ada");
      const storm = await Promise.all(
        Array.from({ length: 64 }, () => refresh.run(installation, device)),
      );
      const successors = new Set(storm.map(({ refreshToken }) => refreshToken));
      expect(successors.size).toBe(1);
      expect(successors.has(undefined)).toBe(false);
      const key = { by: "id", tenantId: "default", sessionId: device.sessionId } as const;
      const record = await installation.http.core.truth.find(key);
      expect(record?.family?.generation).toBe(1);
      await installation.close();
    }
  });

  it("the service credential opens nothing but the service's routes", async () => {
    const installation = await openInstallation();
    const headers = { authorization: `Bearer ${serviceToken}` };
    expect((await send(installation, "GET", "/session", { headers })).status).toBe(401);
  });
});
