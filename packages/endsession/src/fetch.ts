/** `endsession/fetch`: for every framework that speaks fetch, as plain functions of a `Request`. */
export {
  currentSession,
  endOthers,
  mount,
  protect,
  type Protection,
  reauthenticate,
  type Routes,
  securityEvent,
  signIn,
  withCookies,
  type WithCookies,
} from "./adapters/fetch.ts";
export type { RequestHead } from "./http/settings.ts";
