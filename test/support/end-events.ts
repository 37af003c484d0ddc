/** Every way in which sessions end, for the matrix of {end event} x {credential}. */
import { createEndSession } from "endsession";
import { sqliteStore } from "endsession/sqlite";
import { type Answer, json } from "./client.ts";
import type { Demo } from "./demo.ts";
import { cookieNames, newDevice, type Tokens, type Whole } from "./sessions.ts";

/** Two devices of one user, and who that is. */
export interface Scene {
  readonly demo: Demo;
  readonly caller: Whole;
  readonly other: Whole;
  readonly userId: string;
}

/** One way of ending, and whom it leaves. */
export interface EndEvent {
  readonly title: string;
  /** `renewed`: goes on, with a new id and new credentials. */
  readonly caller: "dead" | "alive" | "renewed";
  readonly other: "dead" | "alive";
  readonly act: (scene: Scene) => Promise<Answer>;
}

const page = { accept: "text/html" };
const cookieOf = ({ cookie }: Whole): string => `${cookieNames.session}=${cookie}`;
const rememberMeOf = ({ rememberMe }: Whole): string => `${cookieNames.rememberMe}=${rememberMe}`;
const bothOf = (whole: Whole): string => `${cookieOf(whole)}; ${rememberMeOf(whole)}`;

/** Ends of the caller's own device. */
export const endsOfThisDevice: readonly EndEvent[] = [
  {
    title: "POST /logout with the cookie",
    act: ({ demo, caller }: Scene) => newDevice(demo).post("/logout", { cookie: cookieOf(caller) }),
  },
  {
    title: "a browser's form to /logout",
    act: ({ demo, caller }: Scene) => {
      const headers = { ...page, "sec-fetch-site": "same-origin", origin: demo.url };
      return newDevice(demo).post("/logout", { cookie: bothOf(caller), form: {}, headers });
    },
  },
  {
    title: "POST /logout with the access token",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/logout", { bearer: caller.accessToken }),
  },
  {
    title: "POST /logout with nothing but the remember-me cookie",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/logout", { cookie: rememberMeOf(caller) }),
  },
  {
    title: "DELETE /sessions/{its own id}",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).send("DELETE", `/sessions/${caller.id}`, { cookie: cookieOf(caller) }),
  },
  ...(["accessToken", "refreshToken", "cookie"] as const).map((kind) => ({
    title: `POST /revoke of its ${kind}`,
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/revoke", { form: { token: caller[kind] } }),
  })),
  {
    title: "a new sign-in over it",
    act: ({ demo, caller }: Scene) => signInOver(demo, caller),
  },
  {
    title: "its remember-me token presented after its successor",
    act: async ({ demo, caller }: Scene) => {
      const cookie = rememberMeOf(caller);
      const device = newDevice(demo);
      await device.get("/session", { cookie });
      device.jar.delete(cookieNames.session);
      await device.get("/session");
      return newDevice(demo).get("/session", { cookie });
    },
  },
].map((event) => ({ ...event, caller: "dead", other: "alive" }) as const);

/** The end of one other device; the caller goes on as it is. */
export const endOfTheOther: EndEvent = {
  title: "DELETE /sessions/{the other's id}",
  caller: "alive",
  other: "dead",
  act: ({ demo, caller, other }) =>
    newDevice(demo).send("DELETE", `/sessions/${other.id}`, { bearer: caller.accessToken }),
};

/** Ends of the user's other devices. */
export const endsOfOthers: readonly EndEvent[] = [
  {
    title: "POST /logout with the scope others, by cookie",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/logout", { cookie: cookieOf(caller), json: { scope: "others" } }),
  },
  {
    title: "POST /logout/all with keep_current, by access token",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/logout/all", {
        bearer: caller.accessToken,
        json: { keep_current: true },
      }),
  },
  {
    title: "a changed password, reported with the current session",
    act: ({ demo, caller, userId }: Scene) =>
      report(demo, { type: "password_changed", user_id: userId, current_session_id: caller.id }),
  },
].map((event) => ({ ...event, caller: "renewed", other: "dead" }) as const);

/** Ends of everything. */
export const endsOfAll: readonly EndEvent[] = [
  {
    title: "POST /logout/all with the cookie",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/logout/all", { cookie: cookieOf(caller) }),
  },
  {
    title: "POST /logout with the scope all, by access token",
    act: ({ demo, caller }: Scene) =>
      newDevice(demo).post("/logout", { bearer: caller.accessToken, json: { scope: "all" } }),
  },
  ...[
    "password_changed",
    "email_changed",
    "factor_changed",
    "role_changed",
    "account_disabled",
    "compromise_reported",
  ].map((type) => ({
    title: `the security event ${type}`,
    act: ({ demo, userId }: Scene) => report(demo, { type, user_id: userId }),
  })),
  {
    title: 'the "this was not me" link',
    act: async ({ demo, userId }: Scene) => {
      const ticket = await notMeTicket(demo, userId);
      return newDevice(demo).post("/not-me", { form: { ticket } });
    },
  },
].map((event) => ({ ...event, caller: "dead", other: "dead" }) as const);

/** The credentials that an answer hands out. */
export function renewedBy(
  answer: Answer,
): Partial<Record<"cookie" | "access" | "refresh", string>> {
  const body = json<Partial<Tokens> & { set_cookie?: string[] }>(answer);
  const lines = [...answer.setCookies, ...(body.set_cookie ?? [])];
  const prefix = `${cookieNames.session}=`;
  const cookie = lines.find((line) => line.startsWith(prefix))?.split(";")[0];
  return {
    ...(cookie === undefined ? {} : { cookie: cookie.slice(prefix.length) }),
    ...(body.access_token === undefined ? {} : { access: body.access_token }),
    ...(body.refresh_token === undefined ? {} : { refresh: body.refresh_token }),
  };
}

/** A ticket that the application would send by mail: made by an installation on the same file. */
export async function notMeTicket(demo: Demo, userId: string): Promise<string> {
  const store = await sqliteStore(demo.database);
  const endsession = await createEndSession({ store });
  const ticket = await endsession.sessions.notMeTicket({ userId });
  await endsession.close();
  return ticket;
}

/** Reports a security event, as a back end does. */
export function report(demo: Demo, event: Readonly<Record<string, string>>): Promise<Answer> {
  return newDevice(demo).post("/security-events", { bearer: demo.serviceToken, json: event });
}

async function signInOver(demo: Demo, caller: Whole): Promise<Answer> {
  const me = await newDevice(demo).get("/me", { bearer: caller.accessToken });
  const { email } = json<{ email: string }>(me);
  const password = email.startsWith("test") ? "password123" : "correct-horse-battery-staple";
  return newDevice(demo).post("/login", { cookie: bothOf(caller), json: { email, password } });
}
