/**
 * The catalogue of errors that the HTTP surface answers with (RFC 9457). OAuth endpoints have
 * their own, fixed by RFC 6749 section 5.2.
 */

/** One kind of problem: its stable title and its status. */
export interface ProblemKind {
  /** The last part of the `type` URI. */
  readonly name: string;
  /** HTTP status, repeated in the members `status` and `code`. */
  readonly status: number;
  /** A short sentence that does not change from case to case. */
  readonly title: string;
}

/** The names by which code picks a problem. */
export type ProblemName =
  | "invalidRequest"
  | "unauthenticated"
  | "sessionEnded"
  | "invalidToken"
  | "invalidCredentials"
  | "reauthRequired"
  | "originRefused"
  | "notFound"
  | "methodNotAllowed"
  | "credentialsChanged"
  | "bodyTooLarge"
  | "unsupportedMediaType"
  | "headersTooLarge"
  | "quotaExceeded"
  | "internal"
  | "revocationUnavailable"
  | "storeUnavailable";

/** Every problem by name. */
export const problems: Readonly<Record<ProblemName, ProblemKind>> = {
  invalidRequest: { name: "invalid-request", status: 400, title: "The request is not valid" },
  unauthenticated: { name: "unauthenticated", status: 401, title: "Not signed in" },
  sessionEnded: { name: "session-ended", status: 401, title: "The session has ended" },
  invalidToken: { name: "invalid-token", status: 401, title: "The token is not valid" },
  invalidCredentials: { name: "invalid-credentials", status: 401, title: "Sign-in failed" },
  reauthRequired: { name: "reauth-required", status: 401, title: "Sign in again to continue" },
  originRefused: { name: "origin-refused", status: 403, title: "Cross-site request refused" },
  notFound: { name: "not-found", status: 404, title: "Not found" },
  methodNotAllowed: { name: "method-not-allowed", status: 405, title: "Method not allowed" },
  credentialsChanged: {
    name: "credentials-changed",
    status: 409,
    title: "The user's sessions were ended meanwhile",
  },
  bodyTooLarge: { name: "body-too-large", status: 413, title: "The body is too large" },
  unsupportedMediaType: {
    name: "unsupported-media-type",
    status: 415,
    title: "The body is neither JSON nor a form",
  },
  headersTooLarge: { name: "headers-too-large", status: 431, title: "The headers are too large" },
  quotaExceeded: { name: "quota-exceeded", status: 429, title: "Too many logout requests" },
  internal: { name: "internal-error", status: 500, title: "Internal error" },
  revocationUnavailable: {
    name: "revocation-unavailable",
    status: 503,
    title: "The session could not be ended",
  },
  storeUnavailable: {
    name: "store-unavailable",
    status: 503,
    title: "Sessions cannot be checked now",
  },
};
