/** `endsession/node`: for `node:http` and everything that passes `(req, res, next)`. */
export {
  currentSession,
  endOthers,
  type Middleware,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  sessionOfUpgrade,
  signIn,
} from "./adapters/connect.ts";
export { sessionOf } from "./adapters/checked.ts";
