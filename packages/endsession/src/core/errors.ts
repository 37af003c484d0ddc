/**
 * The errors that the library throws on purpose. One class, a closed table of codes: switch on
 * `error.code`. A wrong argument type in code is a TypeError instead.
 */

/** Every code, with the HTTP status that the handler answers it with. */
export const errorStatuses = {
  /** A setting is missing or contradicts another. Thrown at start. */
  ERR_SETTING_INVALID: 500,
  /** The store cannot be asked, or could not say that a write is durable. */
  ERR_STORE_UNAVAILABLE: 503,
  /** The store's tables are newer than this version of the library. */
  ERR_STORE_NEWER: 500,
  /** The signing keys are sealed with another secret than `secret`. */
  ERR_SECRET_MISMATCH: 500,
  /** The user's sessions were ended between the check of the password and the start. */
  ERR_CREDENTIALS_CHANGED: 409,
  /** The session that was to be continued has ended. */
  ERR_SESSION_ENDED: 401,
} as const;

/** One of the codes in {@link errorStatuses}. */
export type EndSessionErrorCode = keyof typeof errorStatuses;

/** What the library throws. Messages are sentences and never hold a secret. */
export class EndSessionError extends Error {
  override readonly name: string = "EndSessionError";
  /** Which error it is. */
  readonly code: EndSessionErrorCode;
  /** The HTTP status that fits. */
  readonly status: number;

  constructor(code: EndSessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = errorStatuses[code];
  }

  /** Bundlers put copies of this class into one process; an error of any of them is one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "EndSessionError";
  }
}
