/** Every event that ends × every use of every credential, generated (reliability T1). */
import { describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import {
  asService,
  byCookie,
  byRememberMe,
  byToken,
  type Device,
  openInstallation,
  send,
  signInDevice,
  TestClock,
  uses,
} from "./test-support/rig.ts";
import { securityEventTypes } from "./protocol/reasons.ts";

interface Scene {
  readonly installation: EndSession;
  readonly clock: TestClock;
  /** The device whose session is to end. */
  readonly device: Device;
  /** Another device of the same user. */
  readonly other: Device;
}

interface Event {
  readonly name: string;
  /** Whether the user's other devices end as well. */
  readonly reachesOthers: boolean;
  /** Whether other users end as well. */
  readonly reachesEverybody?: boolean;
  /** Whether the remembered device may sign in again, as after an expiry. */
  readonly sparesRememberMe?: boolean;
  readonly happen: (scene: Scene) => Promise<unknown>;
}

const hour = 3_600_000;

const logoutBy = (
  name: string,
  path: string,
  headers: (device: Device) => Record<string, string>,
  over: Partial<Event> & { body?: unknown; method?: string } = {},
): Event => ({
  name,
  reachesOthers: false,
  happen: async ({ installation, device }) => {
    const answer = await send(installation, over.method ?? "POST", path, {
      headers: headers(device),
      ...(over.body === undefined ? {} : { body: over.body }),
    });
    expect(answer.status).toBe(200);
  },
  ...over,
});

const revokeBy = (kind: "cookie" | "accessToken" | "refreshToken"): Event => ({
  name: `POST /revoke with the ${kind}`,
  reachesOthers: false,
  happen: async ({ installation, device }) => {
    const body = { token: device[kind] };
    expect((await send(installation, "POST", "/revoke", { body })).status).toBe(200);
  },
});

const events: readonly Event[] = [
  logoutBy("POST /logout by cookie", "/logout", byCookie),
  logoutBy("POST /logout by access token", "/logout", byToken),
  logoutBy("POST /logout by cookie with the scope all", "/logout", byCookie, {
    body: { scope: "all" },
    reachesOthers: true,
  }),
  logoutBy("POST /logout/all by cookie", "/logout/all", byCookie, { reachesOthers: true }),
  logoutBy("POST /logout/all by access token", "/logout/all", byToken, { reachesOthers: true }),
  {
    name: "POST /logout by the remember-me cookie alone",
    reachesOthers: false,
    happen: async ({ installation, device }) => {
      const headers = byRememberMe(device);
      expect((await send(installation, "POST", "/logout", { headers })).status).toBe(200);
    },
  },
  {
    name: "POST /logout by twins of the cookie",
    reachesOthers: true,
    happen: async ({ installation, device, other }) => {
      const twins = `__Host-es_session=${device.cookie}; __Host-es_session=${other.cookie}`;
      const headers = { ...byCookie(device), cookie: twins };
      expect((await send(installation, "POST", "/logout", { headers })).status).toBe(200);
    },
  },
  {
    name: "POST /logout/all keeping another device",
    reachesOthers: true,
    happen: async ({ installation, other }) => {
      const init = { headers: byCookie(other), body: { keep_current: true } };
      expect((await send(installation, "POST", "/logout/all", init)).status).toBe(200);
    },
  },
  {
    name: "DELETE /sessions/{id} by the device itself",
    reachesOthers: false,
    happen: async ({ installation, device }) => {
      const path = `/sessions/${device.sessionId}`;
      const answer = await send(installation, "DELETE", path, { headers: byCookie(device) });
      expect(answer.status).toBe(200);
    },
  },
  {
    name: "DELETE /sessions/{id} by another device",
    reachesOthers: false,
    happen: async ({ installation, device, other }) => {
      const path = `/sessions/${device.sessionId}`;
      const answer = await send(installation, "DELETE", path, { headers: byCookie(other) });
      expect(answer.status).toBe(200);
    },
  },
  revokeBy("cookie"),
  revokeBy("accessToken"),
  revokeBy("refreshToken"),
  ...securityEventTypes.map((type): Event => ({
    name: `POST /security-events: ${type}`,
    reachesOthers: true,
    happen: async ({ installation, device }) => {
      const body = { type, user_id: device.userId };
      const init = { headers: asService, body };
      expect((await send(installation, "POST", "/security-events", init)).status).toBe(200);
    },
  })),
  {
    name: 'the "this was not me" link',
    reachesOthers: true,
    happen: async ({ installation, device }) => {
      const ticket = await installation.sessions.notMeTicket({ userId: device.userId });
      expect((await send(installation, "POST", "/not-me", { body: { ticket } })).status).toBe(200);
    },
  },
  {
    name: "sessions.endOne",
    reachesOthers: false,
    happen: ({ installation, device }) => installation.sessions.endOne(device),
  },
  {
    name: "sessions.endAll",
    reachesOthers: true,
    happen: ({ installation, device }) => installation.sessions.endAll(device),
  },
  {
    name: "sessions.endTenant",
    reachesOthers: true,
    reachesEverybody: true,
    happen: ({ installation }) => installation.sessions.endTenant("default"),
  },
  {
    name: "sessions.endInstallation",
    reachesOthers: true,
    reachesEverybody: true,
    happen: ({ installation }) => installation.sessions.endInstallation(),
  },
  {
    name: "sessions.reauthenticate (the old credentials)",
    reachesOthers: false,
    happen: async ({ installation, device }) => {
      const [session] = (await installation.sessions.list(device)).filter(
        ({ id }) => id === device.sessionId,
      );
      if (!session) throw new Error("The device's session is not listed.");
      await installation.sessions.reauthenticate(session);
    },
  },
  {
    name: "a sign-in over the session",
    reachesOthers: false,
    happen: async ({ installation, device }) => {
      const init = { headers: byCookie(device), body: { email: "grace", password: "right" } };
      expect((await send(installation, "POST", "/login", init)).status).toBe(200);
    },
  },
  {
    name: "a refresh token used twice",
    reachesOthers: false,
    happen: async ({ installation, clock, device }) => {
      const refresh = async (token: string): Promise<string> => {
        const body = { grant_type: "refresh_token", refresh_token: token };
        const answer = await send(installation, "POST", "/token", { body });
        return String(answer.body["refresh_token"]);
      };
      const second = await refresh(device.refreshToken);
      clock.advance(60_000);
      await refresh(second);
      clock.advance(60_000);
      expect(await refresh(device.refreshToken)).toBe("undefined");
    },
  },
  {
    name: "a remember-me token used twice (the sessions begun from it)",
    reachesOthers: false,
    happen: async ({ installation, device, clock }) => {
      const use = (): ReturnType<typeof send> =>
        send(installation, "GET", "/session", { headers: byRememberMe(device) });
      expect((await use()).status).toBe(200);
      clock.advance(60_000);
      expect((await use()).status).toBe(401);
    },
  },
  {
    name: "the idle timeout",
    reachesOthers: true,
    reachesEverybody: true,
    sparesRememberMe: true,
    happen: async ({ clock }) => clock.advance(hour),
  },
  {
    name: "the absolute timeout",
    reachesOthers: true,
    reachesEverybody: true,
    sparesRememberMe: true,
    happen: async ({ clock }) => clock.advance(24 * hour),
  },
];

const limitEvent: Event = {
  name: "the limit on concurrent sessions",
  reachesOthers: false,
  happen: async ({ installation, clock, other, device }) => {
    clock.advance(61_000);
    await send(installation, "GET", "/session", { headers: byCookie(other) });
    await signInDevice(installation, device.userId);
  },
};

interface Prepared extends Scene {
  readonly bystander: Device;
  readonly control: Device;
}

async function prepare(event: Event): Promise<Prepared> {
  const clock = new TestClock();
  const installation = await openInstallation({
    clock,
    ...(event === limitEvent ? { sessionLimit: 2 } : {}),
  });
  const users = ["ada", "ada", "bob", "eve"] as const;
  const signIns = users.map((user) => signInDevice(installation, user));
  const [device, other, bystander, control] = (await Promise.all(signIns)) as [
    Device,
    Device,
    Device,
    Device,
  ];
  return { installation, clock, device, other, bystander, control };
}

describe.each([...events, limitEvent])("T1 LO-01 LO-07: after $name", (event) => {
  it.each(Object.entries(uses))("the %s is as the event demands", async (name, use) => {
    const scene = await prepare(event);
    expect(await use(scene.installation, scene.control), "positive control").toBe(true);
    await event.happen(scene);
    const { installation, device, other, bystander } = scene;
    const spared = event.sparesRememberMe === true && name.startsWith("remember-me");
    expect(await use(installation, device), "the device").toBe(spared);
    expect(await use(installation, other), "the other device").toBe(spared || !event.reachesOthers);
    expect(await use(installation, bystander), "another user").toBe(
      spared || event.reachesEverybody !== true,
    );
    await installation.close();
  });
});
