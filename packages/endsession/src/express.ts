/** `endsession/express`: for Express 4 and 5. */
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
