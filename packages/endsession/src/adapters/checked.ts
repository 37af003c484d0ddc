/** The session of a request that has passed `protect`, kept on the request of any framework. */
import type { Session } from "../core/session.ts";

/** On the request itself: a WeakMap of all requests makes every garbage collection dearer. */
const session = Symbol("session");

interface Checked {
  [session]?: Session;
}

/** Notes the session of a request that may pass. */
export function keepSession(request: object, of: Session): void {
  (request as Checked)[session] = of;
}

/** The session of a request behind `protect`. Throws a TypeError elsewhere. */
export function sessionOf(request: object): Session {
  const kept = (request as Checked)[session];
  if (kept) return kept;
  throw new TypeError("sessionOf was called for a request that did not pass protect().");
}
