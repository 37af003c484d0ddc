/** `endsession/node`: for `node:http` and everything that passes `(req, res, next)`. */
export {
  currentSession,
  endOthers,
  type Middleware,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "./adapters/connect.ts";
