/** `endsession/express-session`: a store and a logout for applications on express-session. */
export { adoptSessions } from "./bridges/express-session/adopt.ts";
export { logout } from "./bridges/express-session/logout.ts";
export { endingStore } from "./bridges/express-session/store.ts";
export {
  type DataOf,
  type EndingStoreOptions,
  presentedBy,
  type StoreLike,
} from "./bridges/express-session/store-like.ts";
