/** `endsession/react-router`: middleware for React Router 7 in framework mode. */
import type { Acts } from "./adapters/acts.ts";
import { acts, type ReactRouterArgs } from "./adapters/react-router.ts";
import { sessionOf as sessionOfHolder } from "./adapters/checked.ts";
import type { Session } from "./core/session.ts";

export {
  mount,
  protect,
  type ReactRouterArgs,
  type ReactRouterMiddleware,
} from "./adapters/react-router.ts";
export type { Opening } from "./adapters/visit.ts";

type ReactRouterActs = Acts<[args: ReactRouterArgs]>;
/** The session of a request behind `protect`. Throws a TypeError elsewhere. */
export const sessionOf = ({ context }: ReactRouterArgs): Session => sessionOfHolder(context);
/** See {@link Acts.signIn}. */
export const signIn: ReactRouterActs["signIn"] = acts.signIn;
/** See {@link Acts.currentSession}. */
export const currentSession: ReactRouterActs["currentSession"] = acts.currentSession;
/** See {@link Acts.securityEvent}. */
export const securityEvent: ReactRouterActs["securityEvent"] = acts.securityEvent;
/** See {@link Acts.endOthers}. */
export const endOthers: ReactRouterActs["endOthers"] = acts.endOthers;
/** See {@link Acts.reauthenticate}. */
export const reauthenticate: ReactRouterActs["reauthenticate"] = acts.reauthenticate;
