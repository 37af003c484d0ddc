/** The session of a request that has passed `protect`, kept on the request of any framework. */
import type { Session } from "../core/session.ts";

/** On the request itself: a WeakMap of all requests makes every garbage collection dearer. */
const session = Symbol("session");

interface Checked {
  [session]?: Session;
}

/**
 * Those of Express, which gives its requests another prototype and properties of its own: one more
 * of them costs everybody who reads the request afterwards far more than this map.
 */
const ofExpress = new WeakMap<object, Session>();

/** Notes the session of a request that may pass. */
export function keepSession(request: object, of: Session): void {
  // Only Express has it; `res`, say, is of Koa as well, and to read it makes Hono a response.
  const { baseUrl } = request as { readonly baseUrl?: string };
  if (baseUrl !== undefined) ofExpress.set(request, of);
  else (request as Checked)[session] = of;
}

/** The session of a request behind `protect`. Throws a TypeError elsewhere. */
export function sessionOf(request: object): Session {
  const kept = (request as Checked)[session] ?? ofExpress.get(request);
  if (kept) return kept;
  throw new TypeError("sessionOf was called for a request that did not pass protect().");
}
