/** `endsession/fastify`: hooks for Fastify 5, and what its handlers do with a session. */
import { acts, type FastifyActs } from "./adapters/fastify.ts";

export { mount, protect } from "./adapters/fastify.ts";
export type {
  Done,
  FastifyReplyLike,
  FastifyRequestLike,
  OnRequest,
} from "./adapters/fastify-reply.ts";
export { sessionOf } from "./adapters/checked.ts";

/** Starts a session for a user whom the application has verified, and sets the cookies. */
export const signIn: FastifyActs["signIn"] = acts.signIn;
/** The session of a request to a page that is there for everybody; null for nobody. */
export const currentSession: FastifyActs["currentSession"] = acts.currentSession;
/** Reports what happened to the account of a session behind `protect`, and renews its cookies. */
export const securityEvent: FastifyActs["securityEvent"] = acts.securityEvent;
/** Ends the other sessions of the user behind `protect`, and renews the cookies. */
export const endOthers: FastifyActs["endOthers"] = acts.endOthers;
/** Renews the session of a person who has just proved anew who they are. */
export const reauthenticate: FastifyActs["reauthenticate"] = acts.reauthenticate;
