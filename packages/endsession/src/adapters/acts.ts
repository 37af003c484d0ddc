/**
 * What an application does with the session of a request, for every adapter that is handed
 * something to set cookies on.
 */
import type { EndedUser } from "../core/end-user.ts";
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { ClientInfo } from "../http/exchange.ts";
import type { GuardOptions } from "../http/guard.ts";
import { cookiesFor, currentSessionOf, factsOf, signInRequest } from "../http/protect.ts";
import type { RequestHead } from "../http/settings.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";
import { sessionOf } from "./checked.ts";

/** A request of a framework and the answer in the making, as much of them as is used. */
export interface Carrier {
  readonly head: RequestHead;
  readonly client: ClientInfo;
  /** What `protect` keeps the session on. */
  readonly request: object;
  /** Whether the head of the answer is gone, and no header can be added. */
  readonly headSent: boolean;
  /** Adds Set-Cookie headers, one each, and forbids caches to store the answer. */
  setCookies(cookies: readonly string[]): void;
}

/** The functions of an adapter. `On` is what they take as the request: `[req, res]`, say. */
export interface Acts<On extends readonly unknown[]> {
  /**
   * Starts a session for a user whom the application has verified, and sets the cookies. Rejects
   * with a TypeError, and starts none, when the head of the answer has been sent.
   */
  readonly signIn: (
    endsession: EndSession,
    ...on: [...On, options: SignInOptions]
  ) => Promise<Session>;
  /**
   * The session of a request to a page that is there for everybody; null for nobody. A remembered
   * device is signed in by it. Rejects with `ERR_STORE_UNAVAILABLE` when that cannot be said.
   */
  readonly currentSession: (
    endsession: EndSession,
    ...on: [...On, options?: GuardOptions]
  ) => Promise<Session | null>;
  /**
   * Reports what happened to the account of a request's session (behind `protect`), and renews its
   * cookies; a bearer client finds its new tokens in `credentials`. A session that has ended
   * meanwhile is not kept; the others end all the same.
   */
  readonly securityEvent: (
    endsession: EndSession,
    ...on: [...On, event: { readonly type: SecurityEventType }]
  ) => Promise<EndedUser>;
  /** Ends the other sessions of a request's user (behind `protect`), and renews its cookies. */
  readonly endOthers: (endsession: EndSession, ...on: On) => Promise<EndedUser>;
  /**
   * Renews the session of a request (behind `protect` with `allowStale`) whose person has just
   * proved anew who they are, and its cookies. Rejects with `ERR_SESSION_ENDED` when it has ended.
   */
  readonly reauthenticate: (
    endsession: EndSession,
    ...on: [...On, methods: readonly string[]]
  ) => Promise<Credentials>;
}

/** Makes the functions of an adapter from what translates its requests. */
export function actsOn<On extends readonly unknown[]>(carry: (...on: On) => Carrier): Acts<On> {
  /** Behind the request, whose length is known, comes what the function takes besides. */
  const taking =
    <Given, Result>(act: (of: EndSession, carrier: Carrier, given: Given) => Promise<Result>) =>
    async (of: EndSession, ...all: readonly unknown[]): Promise<Result> =>
      act(of, carry(...(all.slice(0, carry.length) as unknown as On)), all[carry.length] as Given);
  return {
    signIn: taking(signIn),
    currentSession: taking(currentSession),
    securityEvent: taking(securityEvent),
    endOthers: taking(endOthers),
    reauthenticate: taking(reauthenticate),
  };
}

async function signIn({ http }: EndSession, on: Carrier, options: SignInOptions): Promise<Session> {
  refuseLate(on, "No session was started.");
  const { session, cookies } = await signInRequest(http, on.head, on.client, options);
  on.setCookies(cookies);
  return session;
}

async function currentSession(
  { http }: EndSession,
  on: Carrier,
  options: GuardOptions = {},
): Promise<Session | null> {
  const { session, cookies } = await currentSessionOf(http, on.head, on.client, options);
  if (cookies.length > 0) refuseLate(on, "The browser keeps the old ones.");
  if (!on.headSent) on.setCookies(cookies);
  return session;
}

function securityEvent(
  of: EndSession,
  on: Carrier,
  event: { readonly type: SecurityEventType },
): Promise<EndedUser> {
  const session = sessionOf(on.request);
  const { userId, tenantId } = session;
  return renewing(
    of,
    on,
    of.sessions.securityEvent({ ...event, userId, tenantId, current: session }),
  );
}

function endOthers(of: EndSession, on: Carrier): Promise<EndedUser> {
  return renewing(of, on, of.sessions.endOthers(sessionOf(on.request)));
}

async function reauthenticate(
  { http, sessions }: EndSession,
  on: Carrier,
  methods: readonly string[],
): Promise<Credentials> {
  refuseLate(on, "The session was not renewed.");
  const request = factsOf(http, on.head, on.client);
  const credentials = await sessions.reauthenticate(sessionOf(on.request), { methods, request });
  on.setCookies(cookiesFor(http, on.head, on.client, credentials));
  return credentials;
}

async function renewing(
  { http }: EndSession,
  on: Carrier,
  ending: Promise<EndedUser>,
): Promise<EndedUser> {
  const ended = await ending;
  if (ended.credentials) {
    refuseLate(on, "The sessions have ended all the same, and this browser must sign in again.");
    on.setCookies(cookiesFor(http, on.head, on.client, ended.credentials));
  }
  return ended;
}

function refuseLate(on: Carrier, consequence: string): void {
  if (!on.headSent) return;
  throw new TypeError(
    `The cookies of a session could not be set, since the head of the answer had been sent. ` +
      `${consequence} Call endsession's functions before anything is sent.`,
  );
}
