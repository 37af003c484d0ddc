/** `endsession/express`: for Express 4 and 5. */
export {
  currentSession,
  type Middleware,
  mount,
  protect,
  securityEvent,
  sessionOf,
  signIn,
} from "./adapters/connect.ts";
