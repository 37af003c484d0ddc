/**
 * Why a session is over: the words used inside, and the few that its holder is told.
 */

/** Why a session, or all sessions of a user, ended. Stored, audited, and shown to operators. */
export type EndReason =
  | "logout"
  | "logout_others"
  | "logout_all"
  | "ended_from_device_list"
  | "signed_in_again"
  | "reissued"
  | "session_limit"
  | "token_revoked"
  | "expired_idle"
  | "expired_absolute"
  | "refresh_token_reused"
  | "remember_me_reused"
  | "suspicion"
  | "password_changed"
  | "email_changed"
  | "factor_changed"
  | "role_changed"
  | "account_disabled"
  | "compromise_reported"
  | "administrator";

/**
 * What the holder of an ended credential is told in the member `reason` of a 401 (ER-03). Nobody
 * else learns it: a reason is only given for a credential that was once issued here.
 */
export type PublishedReason =
  | "logged_out"
  | "revoked_elsewhere"
  | "expired_idle"
  | "expired_absolute"
  | "reuse_detected"
  | "credentials_changed";

const published: Record<EndReason, PublishedReason> = {
  logout: "logged_out",
  logout_others: "revoked_elsewhere",
  logout_all: "revoked_elsewhere",
  ended_from_device_list: "revoked_elsewhere",
  signed_in_again: "logged_out",
  reissued: "logged_out",
  session_limit: "revoked_elsewhere",
  token_revoked: "logged_out",
  expired_idle: "expired_idle",
  expired_absolute: "expired_absolute",
  refresh_token_reused: "reuse_detected",
  remember_me_reused: "reuse_detected",
  suspicion: "revoked_elsewhere",
  password_changed: "credentials_changed",
  email_changed: "credentials_changed",
  factor_changed: "credentials_changed",
  role_changed: "credentials_changed",
  account_disabled: "credentials_changed",
  compromise_reported: "revoked_elsewhere",
  administrator: "revoked_elsewhere",
};

/** The word that the holder of a credential is told for an inner reason. */
export function publishedReason(reason: EndReason): PublishedReason {
  return published[reason];
}

/** The events that an application reports, and that end sessions. */
export const securityEventTypes = [
  "password_changed",
  "email_changed",
  "factor_changed",
  "role_changed",
  "account_disabled",
  "compromise_reported",
] as const;

/** One of {@link securityEventTypes}. */
export type SecurityEventType = (typeof securityEventTypes)[number];
