/** `endsession/fetch`: for every framework that speaks fetch, as plain functions of a `Request`. */
export {
  currentSession,
  endOthers,
  mount,
  protect,
  reauthenticate,
  type Routes,
  securityEvent,
  signIn,
  withCookies,
  type WithCookies,
} from "./adapters/fetch.ts";
export type { Protection } from "./http/protect.ts";
export type { RequestHead } from "./http/settings.ts";
