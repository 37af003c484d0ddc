/**
 * The receipt of an end: what died, class by class. The wire form is the form used everywhere, so
 * that what an application logs, what the audit keeps and what the client gets are one document.
 */

/**
 * `ended` by this act, `already_ended` (or never existed), or `pending`: a party that has been
 * told and has not confirmed yet.
 */
export type CredentialState = "ended" | "already_ended" | "pending";

/** Every class of credential that can carry a session on. */
export const credentialClasses = [
  "session_cookie",
  "access_tokens",
  "refresh_tokens",
  "remember_me",
  "reauthentication",
  "live_channels",
  "federated",
] as const;

/** One of {@link credentialClasses}. */
export type CredentialClass = (typeof credentialClasses)[number];

/** How far an end reached: this session, the user's others, or all of the user's. */
export type EndScope = "current" | "others" | "all";

/** How an end became known to the instances that answer from memory (P2). */
export interface Consistency {
  /**
   * `strict`: the answer waited until no instance accepts the session any more. `bounded`: every
   * instance follows within the bound.
   */
  readonly mode: "strict" | "bounded";
  /** B: how long an instance may answer from memory without news, in milliseconds. */
  readonly bound_ms: number;
  /** How long the answer waited for the others, in milliseconds. */
  readonly waited_ms: number;
}

/** What an end did. It is only given once the end is durable (ASVS 7.4.1). */
export interface Receipt {
  /** What was ended. */
  readonly scope: EndScope;
  /** The audit record of the end; null where there was nothing to end. */
  readonly audit_id: string | null;
  /** Per class of credential, its state after the act. */
  readonly credentials: Readonly<Record<CredentialClass, CredentialState>>;
  /** How the end became known everywhere. */
  readonly consistency: Consistency;
}
