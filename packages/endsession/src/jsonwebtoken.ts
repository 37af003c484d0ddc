/** `endsession/jsonwebtoken`: JWTs of one's own that die with their session. */
export {
  type SessionClaims,
  type TokenSessions,
  tokenSessions,
  type TokenSessionsOptions,
  type TokenStart,
  type VerifyToken,
} from "./bridges/jsonwebtoken.ts";
