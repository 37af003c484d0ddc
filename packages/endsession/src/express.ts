/** `endsession/express`: for Express 4 and 5. */
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
