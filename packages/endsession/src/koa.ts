/** `endsession/koa`: middleware for Koa 3, and what its handlers do with a session. */
import { acts, type KoaActs } from "./adapters/koa.ts";

export { type KoaMiddleware, mount, protect, sessionOf } from "./adapters/koa.ts";
export type { KoaContextLike } from "./adapters/koa-context.ts";

/** Starts a session for a user whom the application has verified, and sets the cookies. */
export const signIn: KoaActs["signIn"] = acts.signIn;
/** The session of a request to a page that is there for everybody; null for nobody. */
export const currentSession: KoaActs["currentSession"] = acts.currentSession;
/** Reports what happened to the account of a session behind `protect`, and renews its cookies. */
export const securityEvent: KoaActs["securityEvent"] = acts.securityEvent;
/** Ends the other sessions of the user behind `protect`, and renews the cookies. */
export const endOthers: KoaActs["endOthers"] = acts.endOthers;
/** Renews the session of a person who has just proved anew who they are. */
export const reauthenticate: KoaActs["reauthenticate"] = acts.reauthenticate;
