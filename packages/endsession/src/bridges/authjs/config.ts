/**
 * Auth.js on the truth of endsession. Its JWTs get the `sid` of a session, or its database sessions
 * stand for one, and are believed while that is live. Unbridged, a JWT is good for 30 days after
 * the sign-out, and a sign-out answers success when the database refused it.
 */
import type { EndSession } from "../../endsession.ts";
import { bind, type Bound, mintSid } from "../bound.ts";

/** Options of {@link endingConfig}. */
export interface EndingConfigOptions {
  /** The tenant (default `default`). */
  readonly tenantId?: string;
  /** The `sid` that the browser of a sign-in still holds: that session ends. */
  readonly replaces?: string | null;
  /** Told of failures of the store, which Auth.js logs and passes over. */
  readonly failed?: (error: unknown) => void;
}

interface Token {
  sub?: string;
  sid?: unknown;
}

interface JwtParams {
  readonly token: Token;
  /** Only at a sign-in. */
  readonly user?: { readonly id?: string };
}

interface Ended {
  readonly token?: Token | null;
}

interface DatabaseSession {
  readonly sessionToken: string;
  readonly userId: string;
}

interface Adapter {
  createSession?: (session: DatabaseSession) => Promise<DatabaseSession>;
  getSessionAndUser?: (
    token: string,
  ) => Promise<{ readonly session: DatabaseSession; readonly user: unknown } | null>;
  deleteSession?: (token: string) => Promise<unknown>;
}

/** A configuration of Auth.js, as much of it as is used. */
interface Config {
  readonly adapter?: Adapter;
  readonly callbacks?: { jwt?(params: JwtParams): Promise<Token | null> | Token | null };
  readonly events?: { signOut?(ended: Ended): Promise<void> | void };
}

/**
 * A configuration of Auth.js whose sessions start and end with sessions of endsession. For
 * `getSession`, `auth()` and whatever else reads sessions; the routes want `endingAuth`, since
 * Auth.js answers success to a sign-out whose end has failed. Tokens of before have no `sid` and
 * are nobody's; rows of before neither. When the store fails, nobody is signed in.
 */
export function endingConfig<C extends object>(
  endsession: EndSession,
  config: C,
  { tenantId, replaces = null, failed = () => undefined }: EndingConfigOptions = {},
): C {
  const { adapter, callbacks, events }: Config = config;
  const bound = bind(endsession, "authjs", tenantId);
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      failed(error);
      throw error;
    });

  async function jwt(params: JwtParams): Promise<Token | null> {
    const { token, user } = params;
    if (user) return startToken(params);
    if (!(await told(isLive(bound, token.sid, token.sub)))) return null;
    const after = callbacks?.jwt ? await callbacks.jwt(params) : token;
    return after && { ...after, sid: token.sid };
  }
  async function startToken(params: JwtParams): Promise<Token | null> {
    const after = callbacks?.jwt ? await callbacks.jwt(params) : params.token;
    if (!after) return null;
    const sub = after.sub ?? params.user?.id;
    if (sub === undefined) throw new TypeError("The user of this sign-in has no id.");
    const sid = mintSid();
    const presented = replaces === null ? [] : [bound.presented(replaces)];
    await told(bound.start(sid, { userId: sub, presented }));
    return { ...after, sub, sid };
  }
  async function signOut(ended: Ended): Promise<void> {
    const sid = ended.token?.sid;
    if (typeof sid === "string") await told(bound.end(sid));
    await events?.signOut?.(ended);
  }
  return {
    ...config,
    callbacks: { ...callbacks, jwt },
    events: { ...events, signOut },
    ...(adapter && { adapter: endingAdapter(bound, adapter, told) }),
  };
}

async function isLive(bound: Bound, sid: unknown, userId: string | undefined): Promise<boolean> {
  if (typeof sid !== "string") return false;
  const found = await bound.find(sid);
  return found.outcome === "live" && found.session.userId === userId;
}

/** For the strategy `database`: the session token is the id. */
function endingAdapter(
  bound: Bound,
  inner: Adapter,
  told: <T>(work: Promise<T>) => Promise<T>,
): Adapter {
  const { createSession, getSessionAndUser, deleteSession } = inner;
  return {
    ...inner,
    ...(createSession && {
      async createSession(session) {
        await told(bound.start(session.sessionToken, { userId: session.userId }));
        return told(createSession.call(inner, session));
      },
    }),
    ...(getSessionAndUser && {
      async getSessionAndUser(token) {
        const found = await told(getSessionAndUser.call(inner, token));
        return found && (await told(isLive(bound, token, found.session.userId))) ? found : null;
      },
    }),
    ...(deleteSession && {
      async deleteSession(token) {
        await told(bound.end(token));
        return told(deleteSession.call(inner, token));
      },
    }),
  };
}
