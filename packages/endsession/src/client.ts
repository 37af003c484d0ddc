/** `endsession/client`: the browser's side of a session. No dependency, no server code. */
export type { Manifest, QueryCache } from "./client/manifest.ts";
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
