/** `endsession/hono`: middleware for Hono 4. */
import type { Acts } from "./adapters/acts.ts";
import { acts, type HonoContextLike } from "./adapters/hono.ts";

export {
  type HonoContextLike,
  type HonoMiddleware,
  mount,
  type MountOptions,
  protect,
  type SessionEnv,
} from "./adapters/hono.ts";
export { sessionOf } from "./adapters/checked.ts";

type HonoActs = Acts<[c: HonoContextLike]>;
/** See {@link Acts.signIn}. */
export const signIn: HonoActs["signIn"] = acts.signIn;
/** See {@link Acts.currentSession}. */
export const currentSession: HonoActs["currentSession"] = acts.currentSession;
/** See {@link Acts.securityEvent}. */
export const securityEvent: HonoActs["securityEvent"] = acts.securityEvent;
/** See {@link Acts.endOthers}. */
export const endOthers: HonoActs["endOthers"] = acts.endOthers;
/** See {@link Acts.reauthenticate}. */
export const reauthenticate: HonoActs["reauthenticate"] = acts.reauthenticate;
