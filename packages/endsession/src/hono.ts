/** `endsession/hono`: middleware for Hono 4. */
import type { Acts } from "./adapters/visit.ts";
import { acts, type HonoContextLike } from "./adapters/hono.ts";

export {
  type HonoContextLike,
  type HonoMiddleware,
  mount,
  type MountOptions,
  protect,
  type SessionEnv,
} from "./adapters/hono.ts";
export const sessionOf: Acts<HonoContextLike>["sessionOf"] = acts.sessionOf;
export const signIn: Acts<HonoContextLike>["signIn"] = acts.signIn;
export const currentSession: Acts<HonoContextLike>["currentSession"] = acts.currentSession;
export const securityEvent: Acts<HonoContextLike>["securityEvent"] = acts.securityEvent;
export const endOthers: Acts<HonoContextLike>["endOthers"] = acts.endOthers;
export const reauthenticate: Acts<HonoContextLike>["reauthenticate"] = acts.reauthenticate;
