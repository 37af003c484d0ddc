/** `endsession/sveltekit`: hooks for SvelteKit 2. */
import type { Acts } from "./adapters/acts.ts";
import { acts, type SvelteKitEvent } from "./adapters/sveltekit.ts";
import { sessionOf as sessionOfHolder } from "./adapters/checked.ts";
import type { Session } from "./core/session.ts";

export {
  type Handle,
  mount,
  protect,
  type ProtectOptions,
  type SvelteKitEvent,
} from "./adapters/sveltekit.ts";
export type { Opening } from "./adapters/visit.ts";

type SvelteKitActs = Acts<[event: SvelteKitEvent]>;
/** The session of an event behind `protect`. Throws a TypeError elsewhere. */
export const sessionOf = ({ locals }: SvelteKitEvent): Session => sessionOfHolder(locals);
/** See {@link Acts.signIn}. */
export const signIn: SvelteKitActs["signIn"] = acts.signIn;
/** See {@link Acts.currentSession}. */
export const currentSession: SvelteKitActs["currentSession"] = acts.currentSession;
/** See {@link Acts.securityEvent}. */
export const securityEvent: SvelteKitActs["securityEvent"] = acts.securityEvent;
/** See {@link Acts.endOthers}. */
export const endOthers: SvelteKitActs["endOthers"] = acts.endOthers;
/** See {@link Acts.reauthenticate}. */
export const reauthenticate: SvelteKitActs["reauthenticate"] = acts.reauthenticate;
