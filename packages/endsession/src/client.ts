/** `endsession/client`: the browser's side of a session. No dependency, no server code. */
export { createClient } from "./client/create.ts";
export { logout, type PlainLogoutOptions } from "./client/logout.ts";
export type { Manifest, QueryCache } from "./client/manifest.ts";
export {
  apollo,
  type ApolloClientLike,
  swr,
  type SwrMutate,
  tanstackQuery,
  type TanstackQueryClient,
} from "./client/queries.ts";
export { RequestError } from "./client/request-error.ts";
export type { Transport } from "./client/transport.ts";
export type {
  Client,
  ClientOptions,
  ClientSession,
  ClientState,
  IdleOptions,
  LogoutOptions,
  LogoutResult,
  LogoutScope,
  SignedOutReason,
  Status,
} from "./client/types.ts";
