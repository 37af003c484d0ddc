/** `endsession/iron-session`: cookies that hold their data, and die with their session. */
export {
  type SealedData,
  type SealedSession,
  sealedSessions,
  type SealedSessionsOptions,
} from "./bridges/iron-session.ts";
