/**
 * A request on its way through a framework whose handlers make the response themselves: what was
 * found out about it, and the cookies that its answer is to carry. Kept on the framework's context.
 */
import type { EndedUser } from "../core/end-user.ts";
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { ClientInfo } from "../http/exchange.ts";
import type { GuardOptions } from "../http/guard.ts";
import type { Protection } from "../http/protect.ts";
import type { RequestHead } from "../http/settings.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";
import * as plain from "./fetch.ts";

/** An installation, or what opens it at the first request and no earlier. */
export type Opening = EndSession | (() => Promise<EndSession>);

/** Where a framework keeps a request. */
export interface Place {
  readonly request: RequestHead;
  /** The object that goes with the request from its beginning to its end. */
  readonly holder: object;
}

interface Visit {
  readonly info: ClientInfo;
  readonly cookies: string[];
  /** The session that `protect` has let through. */
  session: Session | null;
  /** Whether the answer depends on who asks. */
  personal: boolean;
}

/** On the context itself: a WeakMap of all requests makes every garbage collection dearer. */
const visit = Symbol("visit");

interface Holder {
  [visit]?: Visit;
}

function visitOf(holder: object): Visit {
  const found = (holder as Holder)[visit];
  if (found) return found;
  throw new TypeError(
    "This request did not pass mount() of endsession, which sets its cookies. Put mount() before " +
      "everything else, for all paths.",
  );
}

/** Answers the routes of endsession; elsewhere lets the application answer, and sets the cookies. */
export async function answer(
  of: Opening,
  request: Request,
  holder: object,
  address: string | null,
  next: () => Promise<Response>,
): Promise<Response> {
  const info = { address };
  const own = plain.mount(await opened(of))(request, info);
  if (own) return own;
  const current: Visit = { info, cookies: [], session: null, personal: false };
  (holder as Holder)[visit] = current;
  const response = await next();
  return current.personal ? plain.withCookies(response, current.cookies) : response;
}

/** What an application does with a request, by the `Context` that the framework hands it. */
export interface Acts<Context> {
  /** Checks a request. Gives the answer that refuses it, or null and then `sessionOf` a session. */
  readonly check: (
    of: Opening,
    context: Context,
    options?: GuardOptions,
  ) => Promise<Response | null>;
  /** The session of a request behind `protect`. Throws a TypeError elsewhere. */
  readonly sessionOf: (context: Context) => Session;
  /** Starts a session for a user whom the application has verified, and sets the cookies. */
  readonly signIn: (of: Opening, context: Context, options: SignInOptions) => Promise<Session>;
  /**
   * The session of a request to a page that is there for everybody; null for nobody. A remembered
   * device is signed in by it. Rejects with `ERR_STORE_UNAVAILABLE` when that cannot be said.
   */
  readonly currentSession: (
    of: Opening,
    context: Context,
    options?: GuardOptions,
  ) => Promise<Session | null>;
  /**
   * Reports what happened to the account of a session behind `protect`, and renews the cookies; a
   * bearer client finds its new tokens in `credentials`. A session that has ended meanwhile is not
   * kept; the others end all the same.
   */
  readonly securityEvent: (
    of: Opening,
    context: Context,
    event: { readonly type: SecurityEventType },
  ) => Promise<EndedUser>;
  /** Ends the other sessions of a user behind `protect`, and renews the cookies. */
  readonly endOthers: (of: Opening, context: Context) => Promise<EndedUser>;
  /**
   * Renews a session (behind `protect` with `allowStale`) whose person has just proved anew who
   * they are, and its cookies. Rejects with `ERR_SESSION_ENDED` when it has ended.
   */
  readonly reauthenticate: (
    of: Opening,
    context: Context,
    methods: readonly string[],
  ) => Promise<Credentials>;
}

/** The acts of a framework, from where it keeps a request. */
export function actsOn<Context>(placeOf: (context: Context) => Place): Acts<Context> {
  const sessionOf = (context: Context): Session => {
    const { session } = visitOf(placeOf(context).holder);
    if (session) return session;
    throw new TypeError("sessionOf was called for a request that did not pass protect().");
  };
  /** Does something with a request, and keeps the cookies that come of it. */
  const act = async <Result extends plain.WithCookies | Protection>(
    of: Opening,
    context: Context,
    work: (endsession: EndSession, request: RequestHead, info: ClientInfo) => Promise<Result>,
  ): Promise<Result> => {
    const { request, holder } = placeOf(context);
    const current = visitOf(holder);
    const result = await work(await opened(of), request, current.info);
    if ("cookies" in result) current.cookies.push(...result.cookies);
    current.personal = true;
    return result;
  };
  return {
    async check(of, context, options) {
      const checked = await act(of, context, (on, request, info) =>
        plain.protect(on, request, options, info),
      );
      if (checked.refusal) return checked.refusal;
      visitOf(placeOf(context).holder).session = checked.session;
      return null;
    },
    sessionOf,
    async signIn(of, context, options) {
      const signedIn = await act(of, context, (on, request, info) =>
        plain.signIn(on, request, options, info),
      );
      return signedIn.session;
    },
    async currentSession(of, context, options) {
      const found = await act(of, context, (on, request, info) =>
        plain.currentSession(on, request, options, info),
      );
      return found.session;
    },
    securityEvent: (of, context, event) =>
      act(of, context, (on, request, info) =>
        plain.securityEvent(on, request, sessionOf(context), event, info),
      ),
    endOthers: (of, context) =>
      act(of, context, (on, request, info) =>
        plain.endOthers(on, request, sessionOf(context), info),
      ),
    async reauthenticate(of, context, methods) {
      const { credentials } = await act(of, context, (on, request, info) =>
        plain.reauthenticate(on, request, sessionOf(context), methods, info),
      );
      return credentials;
    },
  };
}

/** The installation, opened. */
export function opened(of: Opening): EndSession | Promise<EndSession> {
  return typeof of === "function" ? of() : of;
}
