/** `endsession`: logout that ends the session. */
export { createEndSession, type EndSession, type EndSessionOptions } from "./endsession.ts";
export { EndSessionError, type EndSessionErrorCode } from "./core/errors.ts";
export { credentialPattern } from "./core/credential.ts";
export type { AuditEntry, AuditType, Actor } from "./core/audit.ts";
export type { Accelerator } from "./core/accelerator.ts";
export type { Authentication } from "./core/authenticate.ts";
export type { Device } from "./core/device.ts";
export type { EndedUser } from "./core/end-user.ts";
export type { Health } from "./core/health.ts";
export type { CredentialKind, Inspection, Refusal } from "./core/inspect.ts";
export type { Logger } from "./core/logger.ts";
export type { SessionReport } from "./core/look-up.ts";
export type { Credentials } from "./core/mint.ts";
export type { Refreshed } from "./core/refresh.ts";
export type { Presented } from "./core/resolve.ts";
export type { Session } from "./core/session.ts";
export type { SigningKeyInfo } from "./core/signing-keys.ts";
export type { LeaseOptions } from "./core/live/settings.ts";
export type { CheckOptions, EndedBy, Sessions, StartOptions, UserRef } from "./core/sessions.ts";
export type {
  RequestFacts,
  SessionOptions,
  Suspicion,
  SuspicionOptions,
  SuspicionPolicy,
} from "./core/settings.ts";
export type { Mark } from "./core/acts.ts";
export type { Store } from "./core/store.ts";
export { profiles, type ProfileName, type Timeouts } from "./core/timeouts.ts";
export type { CookieOptions, CookieScope } from "./http/cookie.ts";
export type { Answer } from "./http/answer.ts";
export type { ClientInfo } from "./http/exchange.ts";
export type { Handler } from "./http/handler.ts";
export type { Incoming } from "./http/incoming.ts";
export type { HttpOptions, Pages, PasswordClaim, VerifyPassword } from "./http/settings.ts";
export type { EndReason, PublishedReason, SecurityEventType } from "./protocol/reasons.ts";
export type {
  Consistency,
  CredentialClass,
  CredentialState,
  EndScope,
  Receipt,
} from "./protocol/receipt.ts";
