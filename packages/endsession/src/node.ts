/** `endsession/node`: for `node:http` and everything that passes `(req, res, next)`. */
export {
  currentSession,
  type Middleware,
  mount,
  protect,
  securityEvent,
  sessionOf,
  signIn,
} from "./adapters/connect.ts";
