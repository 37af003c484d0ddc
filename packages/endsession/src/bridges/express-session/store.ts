/**
 * express-session on the truth of endsession. The data stay in the store that the application has;
 * whether their session is live is asked here. Unbridged, a request that is under way during a
 * logout saves its session again afterwards, and `destroy` deletes no cookie.
 */
import type { EndSession } from "../../endsession.ts";
import { clientOf, headOf } from "../../adapters/node.ts";
import { factsOf } from "../../http/protect.ts";
import { bind } from "../bound.ts";
import { called, calling } from "../callbacks.ts";
import {
  type Data,
  type DataOf,
  type EndingStoreOptions,
  library,
  type Listing,
  type StoreLike,
  type WholeStore,
} from "./store-like.ts";

/**
 * A store that keeps its data in `inner`, and gives and saves those of a user only while their
 * session is live. It starts that when data that mean a user are first saved. It ends it when the
 * session is destroyed or regenerated, or saved without its user; `clear` ends all of the tenant.
 * An ended id is never given or saved again, in any process. When the truth cannot be asked, the
 * callback gets an `EndSessionError` with the `status` 503.
 */
export function endingStore<S extends StoreLike<object>>(
  endsession: EndSession,
  inner: S,
  { userId, tenantId = "default" }: EndingStoreOptions<DataOf<S>>,
): S {
  const bound = bind(endsession, library, tenantId);
  const kept = inner as unknown as WholeStore;
  const userOf = userId as (data: Data) => string | undefined;
  const remove = (sid: string): Promise<void> => called((done) => kept.destroy(sid, done));

  async function isLive(sid: string, data: Data): Promise<boolean> {
    const user = userOf(data);
    if (user === undefined) return true;
    const found = await bound.find(sid);
    return found.outcome === "live" && found.session.userId === user;
  }
  async function get(sid: string): Promise<Data | null> {
    const data = await called<Data | null | undefined>((done) => kept.get(sid, done));
    if (!data || (await isLive(sid, data))) return data ?? null;
    await remove(sid);
    return null;
  }
  async function set(sid: string, data: Data): Promise<void> {
    const user = userOf(data);
    const found = await bound.find(sid);
    // What a request saves that was under way when its session ended is dropped.
    if (found.outcome === "over") return remove(sid);
    if (user === undefined && found.outcome === "live") return destroy(sid);
    if (user !== undefined && !(found.outcome === "live" && found.session.userId === user)) {
      await bound.start(sid, { userId: user, ...requestOf(endsession, data) });
    }
    await called((done) => kept.set(sid, data, done));
    // The data of an end that came in between were removed before these were written.
    if (!(await isLive(sid, data))) await remove(sid);
  }
  async function destroy(sid: string): Promise<void> {
    await bound.end(sid);
    await remove(sid);
  }
  async function clear(): Promise<void> {
    await endsession.sessions.endTenant(tenantId);
    await called<void>((done) => kept.clear?.(done));
  }
  async function all(): Promise<Listing> {
    const listing = (await called<Listing>((done) => kept.all?.(done))) ?? [];
    const pairs = Object.entries(listing) as [sid: string, data: Data][];
    const isArray = Array.isArray(listing);
    const good = await Promise.all(
      pairs.map(([key, data]) => isLive(isArray ? (data.id ?? "") : key, data)),
    );
    const live = pairs.filter((_, index) => good[index]);
    return isArray ? live.map(([, data]) => data) : Object.fromEntries(live);
  }

  const methods: WholeStore = {
    get: (sid, callback) => calling(get(sid), callback),
    set: (sid, data, callback) => calling(set(sid, data), callback),
    destroy: (sid, callback) => calling(destroy(sid), callback),
    ...(kept.touch && { touch: (...args) => kept.touch?.(...args) }),
    ...(kept.all && {
      all: (callback) => calling(all(), callback),
      length: (callback) =>
        calling(
          all().then((live) => Object.keys(live).length),
          callback,
        ),
    }),
    ...(kept.clear && { clear: (callback) => calling(clear(), callback) }),
    // That of express-session goes on under a new id when the old session could not be ended.
    regenerate(this: WholeStore, req, callback) {
      const generate = (): void => this.generate?.(req);
      calling(destroy(req.sessionID).then(generate), callback);
    },
  };
  return Object.assign(Object.create(inner) as S, methods);
}

function requestOf({ http }: EndSession, { req }: Data) {
  return req?.socket ? { request: factsOf(http, headOf(req), clientOf(req)) } : {};
}
