/** Ways to a session of the demo, and to all the credentials that one can have. */
import { type Answer, Device, json, parseSetCookie } from "./client.ts";
import type { Demo } from "./demo.ts";

/** Who signs in. */
export interface Account {
  readonly email: string;
  readonly password: string;
}

/** What `POST /token` gives. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** One session with every credential there is. */
export interface Whole {
  readonly id: string;
  readonly cookie: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly rememberMe: string;
}

/** The names of the cookies over plain http. */
export const cookieNames = { session: "es_session", rememberMe: "es_remember" } as const;

/** A device without credentials. */
export function newDevice(demo: Demo, headers: Readonly<Record<string, string>> = {}): Device {
  return new Device(() => demo.url, headers);
}

/** Signs a device in as the sign-in page does. Throws unless it leads to the account. */
export async function signIn(
  demo: Demo,
  account: Account,
  options: { readonly remember?: boolean; readonly device?: Device } = {},
): Promise<Device> {
  const device = options.device ?? newDevice(demo);
  const { email, password } = account;
  const remember = options.remember === true ? { remember_me: "true" } : {};
  const answer = await device.submit("/login", { email, password, ...remember });
  if (answer.status !== 303 || answer.headers["location"] !== "/account") {
    throw new Error(`The sign-in was answered with ${answer.status}: ${answer.text}`);
  }
  return device;
}

/** The password grant. */
export async function grant(demo: Demo, { email, password }: Account): Promise<Tokens> {
  const answer = await newDevice(demo).post("/token", {
    json: { grant_type: "password", email, password },
  });
  if (answer.status !== 200) throw new Error(`The grant failed: ${answer.text}`);
  return json<Tokens & Record<string, unknown>>(answer);
}

/** The refresh grant. */
export function refresh(demo: Demo, token: string): Promise<Answer> {
  return newDevice(demo).post("/token", {
    json: { grant_type: "refresh_token", refresh_token: token },
  });
}

/** The id of an account's user. */
export async function userIdOf(demo: Demo, account: Account): Promise<string> {
  const { access_token } = await grant(demo, account);
  const answer = await newDevice(demo).get("/me", { bearer: access_token });
  return json<{ user_id: string }>(answer).user_id;
}

/** Starts a session with all four credentials, as a back end does. */
export async function startWhole(demo: Demo, userId: string): Promise<Whole> {
  const answer = await newDevice(demo).post("/sessions", {
    bearer: demo.serviceToken,
    json: { user_id: userId, cookie: true, tokens: true, remember_me: true },
  });
  if (answer.status !== 201) throw new Error(`No session was started: ${answer.text}`);
  const body = json<
    Tokens & { session: { id: string }; set_cookie: string[] } & Record<string, unknown>
  >(answer);
  return {
    id: body.session.id,
    cookie: cookieIn(body.set_cookie, cookieNames.session),
    rememberMe: cookieIn(body.set_cookie, cookieNames.rememberMe),
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
  };
}

/** The value that Set-Cookie lines give a cookie last. Throws when they do not set it. */
export function cookieIn(lines: readonly string[], name: string): string {
  const value = lines.map(parseSetCookie).findLast((cookie) => cookie.name === name)?.value;
  if (value === undefined || value === "") throw new Error(`No cookie ${name} was set.`);
  return value;
}
