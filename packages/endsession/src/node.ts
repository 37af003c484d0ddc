/** `endsession/node`: for `node:http` and everything that passes `(req, res, next)`. */
export {
  type Middleware,
  mount,
  protect,
  securityEvent,
  sessionOf,
  signIn,
} from "./adapters/connect.ts";
