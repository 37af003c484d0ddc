/** `endsession/nest`: middleware and a guard for Nest 11, and what its controllers do with a session. */
import { acts, type NestActs } from "./adapters/nest.ts";

export { type Middleware, mount } from "./adapters/connect.ts";
export { protect } from "./adapters/nest.ts";
export type {
  NestContextLike,
  NestGuard,
  NestRequest,
  NestResponse,
} from "./adapters/nest-context.ts";
export { sessionOf } from "./adapters/checked.ts";

/** Starts a session for a user whom the application has verified, and sets the cookies. */
export const signIn: NestActs["signIn"] = acts.signIn;
/** The session of a request to a page that is there for everybody; null for nobody. */
export const currentSession: NestActs["currentSession"] = acts.currentSession;
/** Reports what happened to the account of a session behind `protect`, and renews its cookies. */
export const securityEvent: NestActs["securityEvent"] = acts.securityEvent;
/** Ends the other sessions of the user behind `protect`, and renews the cookies. */
export const endOthers: NestActs["endOthers"] = acts.endOthers;
/** Renews the session of a person who has just proved anew who they are. */
export const reauthenticate: NestActs["reauthenticate"] = acts.reauthenticate;
