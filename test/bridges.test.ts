/** Every bridge against every way of ending: what was copied before is worth nothing after. */
import { createEndSession, type EndSession } from "endsession";
import { openDatabase, sqliteStore } from "endsession/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Application,
  type Bridge,
  bridges,
  password,
  type Carried,
  type Name,
} from "./bridges/applications.ts";
import { expectClean, isScanned } from "./support/quick-scan.ts";
import { type Answer, type Call, Device } from "./support/client.ts";
import { faulty } from "./support/served.ts";

/** A device that has signed in. */
interface SignedIn {
  readonly device: Device;
  readonly carried: Carried;
  /** All that it held then, as somebody else would send it. */
  readonly copy: Call;
}

/** All questions fail, those that match, or none. */
type Fault = boolean | RegExp;

interface Site {
  readonly endsession: EndSession;
  readonly app: Application;
  /** Breaks the store, or mends it; what was answered from memory till then is not any more. */
  store(fault: Fault): void;
  signIn(name: Name): Promise<SignedIn>;
  /** Whom `/me` takes the copy for, and the device itself; null when it refuses them. */
  who(signedIn: SignedIn): Promise<readonly (string | null)[]>;
}

async function open(bridge: Bridge): Promise<Site> {
  const state = { broken: false as Fault };
  const store = await sqliteStore(faulty(await openDatabase(":memory:"), state));
  let offset = 0;
  const clock = {
    now: () => Date.now() + offset,
    monotonic: () => performance.now() + offset,
  };
  const endsession = await createEndSession({ store, clock, logger });
  const app = await bridge.start(endsession);
  onTestFinished(async () => {
    await app.close();
    await endsession.close();
  });
  const newDevice = (): Device =>
    new Device(() => app.url, { origin: app.url, "sec-fetch-site": "same-origin" });
  return {
    endsession,
    app,
    store(fault) {
      state.broken = fault;
      offset += afterLease;
    },
    async signIn(name) {
      const device = newDevice();
      const carried = await app.signIn(device, name);
      return { device, carried, copy: { ...carried, cookie: device.cookieHeader() } };
    },
    who: async ({ device, carried, copy }) => [
      whoIn(await newDevice().get("/me", copy)),
      whoIn(await device.get("/me", carried)),
    ],
  };
}

/** Longer than a process answers from memory without its store, in milliseconds. */
const afterLease = 5000;

const silent = (): void => undefined;
const logger = { info: silent, warn: silent, error: silent };

const aName = /\b(?:ada|eve)\b/u;

/** The name in an answer to `/me`; null for a refusal. Throws for anything else. */
function whoIn({ status, text }: Answer): string | null {
  if (status === 200) return (JSON.parse(text) as { user: string }).user;
  expect(status).toBeOneOf([302, 303, 401, 403]);
  expect(text).not.toMatch(aName);
  return null;
}

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 400;

/** What there is to end, and to spare: two devices of one user, and another user's. */
interface Scene extends Site {
  readonly here: SignedIn;
  readonly userId: string;
  /** The id of the session `here`. */
  readonly sessionId: string;
}

/** Those who are still let in afterwards. */
interface Left {
  readonly there: boolean;
  readonly eve: boolean;
}

const ways: readonly [name: string, left: Left, end: (scene: Scene) => Promise<unknown>][] = [
  [
    "the application's own logout",
    { there: true, eve: true },
    async ({ app, here }) => {
      const answer = await app.logOut(here.device, here.carried);
      expect(isSuccess(answer), answer.text).toBe(true);
    },
  ],
  [
    "endOne of the listed session",
    { there: true, eve: true },
    async ({ endsession, userId, sessionId }) =>
      expect(await endsession.sessions.endOne({ userId, sessionId })).not.toBeNull(),
  ],
  [
    "endAll",
    { there: false, eve: true },
    ({ endsession, userId }) => endsession.sessions.endAll({ userId }),
  ],
  [
    "securityEvent of a disabled account",
    { there: false, eve: true },
    ({ endsession, userId }) =>
      endsession.sessions.securityEvent({ userId, type: "account_disabled" }),
  ],
  [
    "endInstallation",
    { there: false, eve: false },
    ({ endsession }) => endsession.sessions.endInstallation(),
  ],
];

describe.each(bridges.map((bridge) => [bridge.name, bridge] as const))(
  "endsession/%s",
  (_, bridge) => {
    test.each(ways)(
      "LO-01 LA-01 LA-04 SS-10: %s ends a copied credential, and no more than it should",
      async (_way, left, end) => {
        const site = await open(bridge);
        const userId = site.app.userIdOf("ada");
        const here = await site.signIn("ada");
        const [listed, ...more] = await site.endsession.sessions.list({ userId });
        expect(more).toEqual([]);
        const [there, eve] = [await site.signIn("ada"), await site.signIn("eve")];
        expect(await site.endsession.sessions.list({ userId })).toHaveLength(2);
        // Seen once, all of them are remembered.
        expect(await site.who(here)).toEqual(["ada", "ada"]);
        expect(await site.who(there)).toEqual(["ada", "ada"]);
        expect(await site.who(eve)).toEqual(["eve", "eve"]);

        await end({ ...site, here, userId, sessionId: listed?.id ?? "" });

        expect(await site.who(here)).toEqual([null, null]);
        expect(await site.who(there)).toEqual(left.there ? ["ada", "ada"] : [null, null]);
        expect(await site.who(eve)).toEqual(left.eve ? ["eve", "eve"] : [null, null]);
        const back = await site.signIn("ada");
        expect(await site.who(back)).toEqual(["ada", "ada"]);
        expect(await site.who(here)).toEqual([null, null]);
      },
    );

    test.runIf(isScanned(`endsession/${bridge.name}`))(
      "P7: the scanner's quick set finds nothing",
      { timeout: 120_000 },
      async () => {
        const { app } = await open(bridge);
        await expectClean({
          baseUrl: `${app.url}/me`,
          username: "ada",
          password,
          private: ["/me"],
          ...app.scan,
        });
      },
    );

    test("LO-05: an end that cannot be written is no logout, and can be tried again", async () => {
      const site = await open(bridge);
      const { app } = site;
      const here = await site.signIn("ada");
      const held = here.device.cookieHeader();
      site.store(/^(?:insert|update|delete)/iu);
      const out = await app.logOut(here.device, here.carried);
      expect([out.status, here.device.cookieHeader()]).toEqual([503, held]);
      site.store(false);
      expect(await site.who(here)).toEqual(["ada", "ada"]);
      expect(isSuccess(await app.logOut(here.device, here.carried))).toBe(true);
      expect(await site.who(here)).toEqual([null, null]);
    });

    test("LO-05 SS-06: a store that fails is no pass, and no logout", async () => {
      const site = await open(bridge);
      const { app } = site;
      const here = await site.signIn("ada");
      expect(await site.who(here)).toEqual(["ada", "ada"]);
      const held = here.device.cookieHeader();
      site.store(true);
      const me = await here.device.get("/me", here.carried);
      expect(me.status).toBeOneOf([401, 503]);
      expect(me.text).not.toMatch(aName);
      const out = await app.logOut(here.device, here.carried);
      expect([out.status, here.device.cookieHeader()]).toEqual([503, held]);
      site.store(false);
      expect(await site.who(here)).toEqual(["ada", "ada"]);
      expect(isSuccess(await app.logOut(here.device, here.carried))).toBe(true);
      expect(await site.who(here)).toEqual([null, null]);
    });
  },
);
