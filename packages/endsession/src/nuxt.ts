/** `endsession/nuxt`: event handlers for Nuxt 4 and Nitro 2 on Node.js. */
import type { Acts } from "./adapters/acts.ts";
import { acts, type H3EventLike } from "./adapters/nuxt.ts";

export {
  type EventHandler,
  type H3EventLike,
  mount,
  protect,
  type ProtectOptions,
  sessionOf,
} from "./adapters/nuxt.ts";
export type { Opening } from "./adapters/visit.ts";

type NuxtActs = Acts<[event: H3EventLike]>;
/** See {@link Acts.signIn}. */
export const signIn: NuxtActs["signIn"] = acts.signIn;
/** See {@link Acts.currentSession}. */
export const currentSession: NuxtActs["currentSession"] = acts.currentSession;
/** See {@link Acts.securityEvent}. */
export const securityEvent: NuxtActs["securityEvent"] = acts.securityEvent;
/** See {@link Acts.endOthers}. */
export const endOthers: NuxtActs["endOthers"] = acts.endOthers;
/** See {@link Acts.reauthenticate}. */
export const reauthenticate: NuxtActs["reauthenticate"] = acts.reauthenticate;
