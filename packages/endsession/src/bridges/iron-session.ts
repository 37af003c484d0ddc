/**
 * Sessions whose data are sealed into their cookie, as iron-session does it. The cookie carries the
 * `sid` of a session of endsession, and is believed while that is live. Unbridged, a copy of the
 * cookie is good for as long as it was sealed for, whatever `destroy` has deleted in a browser.
 */
import type { Session } from "../core/session.ts";
import type { RequestFacts } from "../core/settings.ts";
import type { EndSession } from "../endsession.ts";
import type { Receipt } from "../protocol/receipt.ts";
import { bind, mintSid } from "./bound.ts";

/** A cookie's data, with the methods of iron-session. */
export interface SealedData {
  /** Set by the bridge: the session. */
  sid?: string | undefined;
  save(): void | Promise<void>;
  destroy(): void;
}

/** Options of {@link sealedSessions}. */
export interface SealedSessionsOptions<D> {
  /** The user whom a cookie's data mean; undefined as long as nobody is signed in. */
  readonly userId: (data: D) => string | undefined;
  /** The tenant (default `default`). */
  readonly tenantId?: string;
}

/** A cookie whose session was judged. */
export interface SealedSession<D> {
  /** The cookie's data, to be read and changed; emptied when their session is not live. */
  readonly data: D;
  /** The live session; null for nobody. */
  readonly session: Session | null;
  /**
   * Saves the data. Starts a session for a user who has none yet, and ends that of a user who is
   * not in the data any more. What a request saves whose session has ended meanwhile is dropped.
   */
  readonly save: () => Promise<void>;
  /** Ends the session, then deletes the cookie. Rejects, and deletes nothing, when that fails. */
  readonly destroy: () => Promise<Receipt>;
}

/**
 * Gives the function that judges what `getIronSession` has opened; its second argument tells where
 * the request comes from, for the list of devices. Everything rejects with an `EndSessionError`
 * whose `status` is 503 when the store fails. A cookie of before the bridge is nobody's.
 */
export function sealedSessions<D extends SealedData>(
  endsession: EndSession,
  { userId, tenantId }: SealedSessionsOptions<D>,
): (data: D, request?: RequestFacts) => Promise<SealedSession<D>> {
  const bound = bind(endsession, "sealed", tenantId);

  async function find(sid: string | undefined, user: string | undefined): Promise<Session | null> {
    if (sid === undefined || user === undefined) return null;
    const found = await bound.find(sid);
    return found.outcome === "live" && found.session.userId === user ? found.session : null;
  }
  return async (data, request) => {
    // What the cookie brought is what a logout ends, believed or not.
    let sid = data.sid;
    let session = await find(sid, userId(data));
    if (session === null && userId(data) !== undefined) {
      for (const name of Object.keys(data)) Reflect.deleteProperty(data, name);
    }
    async function end(): Promise<Receipt> {
      const receipt = await endsession.sessions.end(
        sid === undefined ? [] : bound.presented(sid),
        tenantId === undefined ? {} : { tenantId },
      );
      session = null;
      return receipt;
    }
    /** A sign-in over another session ends that one, in the same transaction. */
    async function start(user: string): Promise<void> {
      const presented = sid === undefined ? [] : [bound.presented(sid)];
      sid = mintSid();
      session = await bound.start(sid, { userId: user, presented, ...(request && { request }) });
    }
    return {
      data,
      get session() {
        return session;
      },
      async save() {
        const user = userId(data);
        const goesOn = session !== null && session.userId === user;
        if (goesOn && !(await find(sid, user))) return;
        if (!goesOn && user !== undefined) await start(user);
        if (user === undefined && session !== null) await end();
        data.sid = user === undefined ? undefined : sid;
        await data.save();
      },
      async destroy() {
        const receipt = await end();
        data.destroy();
        return receipt;
      },
    };
  };
}
