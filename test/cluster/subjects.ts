/** What is ended in these tests: people with sessions, and the ways in which those end. */
import { cookieIn, cookieNames } from "../support/sessions.ts";
import { type Ask, type Cluster, type Instance, type Reply, userAgent } from "./cluster.ts";

/** The ways in which a session ends. */
export const ways = [
  "logout",
  "logout by token",
  "logout-all",
  "password",
  "password kept",
] as const;

/** One of {@link ways}. */
export type Way = (typeof ways)[number];

/** A credential, as the header that presents it. */
export interface Credential {
  readonly kind: "cookie" | "token";
  readonly headers: Readonly<Record<string, string>>;
}

/** A person whose sessions end in one way. */
export interface Subject {
  readonly userId: string;
  readonly way: Way;
  readonly sessionIds: readonly string[];
  /** What is over once they have ended. */
  readonly credentials: readonly Credential[];
  /** The request that ends them. */
  readonly end: Ask;
}

/** A session with a cookie and an access token. */
export interface Started {
  readonly id: string;
  readonly cookie: Credential;
  readonly token: Credential;
  readonly accessToken: string;
}

let number = 0;

/** Starts a session of a user at an instance. */
export async function startSession(
  instance: Instance,
  serviceToken: string,
  userId: string,
): Promise<Started> {
  const reply = await instance.ask({
    method: "POST",
    path: "/sessions",
    headers: { authorization: `Bearer ${serviceToken}` },
    json: { user_id: userId, cookie: true, tokens: true, user_agent: userAgent },
  });
  if (reply.status !== 201) throw new Error(`No session was started: ${reply.text}`);
  type Body = { session: { id: string }; set_cookie: string[]; access_token: string };
  const { session, set_cookie, access_token } = bodyOf<Body>(reply);
  const cookie = `${cookieNames.session}=${cookieIn(set_cookie, cookieNames.session)}`;
  return {
    id: session.id,
    cookie: { kind: "cookie", headers: { cookie } },
    token: { kind: "token", headers: { authorization: `Bearer ${access_token}` } },
    accessToken: access_token,
  };
}

/** Makes a person with sessions that are to end in some way. */
export async function makeSubject(cluster: Cluster, at: Instance, way: Way): Promise<Subject> {
  const { serviceToken } = cluster;
  number += 1;
  const userId = `${way} ${process.pid} ${number}`;
  const one = await startSession(at, serviceToken, userId);
  const others = way.startsWith("logout ") || way === "logout" ? [] : [userId];
  const [two = one] = await Promise.all(others.map((user) => startSession(at, serviceToken, user)));
  return {
    userId,
    way,
    sessionIds: [...new Set([one.id, two.id])],
    credentials: [one.cookie, two.token],
    end: endOf(way, userId, one, serviceToken),
  };
}

function endOf(way: Way, userId: string, { id, cookie, token }: Started, service: string): Ask {
  const method = "POST";
  // What a browser says of a request from the application's own page.
  const byBrowser = { ...cookie.headers, "sec-fetch-site": "same-origin" };
  switch (way) {
    case "logout":
      return { method, path: "/logout", headers: byBrowser };
    case "logout by token":
      return { method, path: "/logout", headers: token.headers };
    case "logout-all":
      return { method, path: "/logout/all", headers: byBrowser };
    case "password":
    case "password kept":
      return {
        method,
        path: "/security-events",
        headers: { authorization: `Bearer ${service}` },
        json: {
          type: "password_changed",
          user_id: userId,
          ...(way === "password kept" ? { current_session_id: id } : {}),
        },
      };
  }
}

/** The status of a request for the protected route. Rejects when there is no answer. */
export async function use(at: Instance, { headers }: Credential): Promise<number> {
  return (await at.ask({ path: "/me", headers })).status;
}

/** Reads a body as JSON. */
export function bodyOf<T extends object>({ text }: Reply): T {
  return JSON.parse(text) as T;
}
