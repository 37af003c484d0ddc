/**
 * Every act that changes the truth, with its conditions and its outcomes. A retry is the same
 * value again.
 */
import type { Actor, Cause } from "./audit.ts";
import type { Device } from "./device.ts";
import type { End } from "./feed.ts";
import type { SessionRecord } from "./session.ts";
import type { EndReason } from "../protocol/reasons.ts";

/**
 * A position in the order of ends, opaque outside the store. Taken before a credential is
 * checked, it lets a start find out whether the user's sessions were ended meanwhile.
 */
export type Mark = string;

/** The first generation of a family of refresh tokens. */
export interface NewFamily {
  readonly id: string;
  readonly clientId: string | null;
  readonly tokenHash: string;
  readonly expiresAt: number;
  readonly idleExpiresAt: number;
}

/** A new series of remember-me tokens. */
export interface NewSeries {
  readonly selector: string;
  readonly verifierHash: string;
  readonly expiresAt: number;
}

/** A session to be written. Its epoch is read in the transaction, or inherited. */
export interface NewSession {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  /** Hash of the session cookie's value; null where it gets none. */
  readonly tokenHash: string | null;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly idleTimeout: number | null;
  readonly methods: readonly string[];
  readonly device: Device;
  readonly place: string | null;
  readonly family: NewFamily | null;
  readonly series: NewSeries | null;
  /** The audit record of the start. */
  readonly auditId: string;
  readonly actor: Actor;
  readonly address: string | null;
}

/** Starts a session after the application has checked who it is. */
export interface StartSession {
  readonly kind: "start";
  readonly session: NewSession;
  /** Refused when the user's sessions were ended after this mark; null asks nothing. */
  readonly after: Mark | null;
  /** Live sessions that the same device still holds: they end. */
  readonly replaces: readonly string[];
  /** Series of remember-me tokens that the same device still holds: they end as well. */
  readonly forgets: readonly string[];
  /** How many sessions the user may have; the longest unused are ended. Null for no limit. */
  readonly limit: number | null;
}

/** Gives a live session a new id and new credentials; the old ones die. */
export interface ReissueSession {
  readonly kind: "reissue";
  /** The session to be continued. */
  readonly sessionId: string;
  readonly successor: NewSession;
}

/** Ends one session with all that descends from it, found by its id or by its cookie's hash. */
export type EndSession = {
  readonly kind: "end_session";
  readonly tenantId: string;
  readonly cause: Cause;
  /** What goes on all the same: sessions of people who signed in over it since (default nothing). */
  readonly spares?: "sign_ins" | null;
} & ({ readonly sessionId: string } | { readonly tokenHash: string });

/** Which session survives the end of the others. */
export interface KeptSession {
  readonly sessionId: string;
  readonly successor: NewSession;
  /**
   * Whether nothing at all is to be ended unless this very session is live. Otherwise the newest
   * session of its line goes on, or none.
   */
  readonly required: boolean;
}

/** Raises an epoch: everything that the user, tenant or installation has ends at once. */
export interface RaiseEpoch {
  readonly kind: "raise_epoch";
  /** Without `userId` the whole tenant, without `tenantId` the whole installation. */
  readonly scope: { readonly tenantId: string | null; readonly userId: string | null };
  /** The one session that goes on, under a new id. */
  readonly keep: KeptSession | null;
  readonly cause: Cause;
}

/** Ends a remember-me series and the sessions begun from it. */
export interface EndSeries {
  readonly kind: "end_series";
  readonly tenantId: string;
  readonly selector: string;
  readonly cause: Cause;
}

/**
 * Spends a remember-me token: a new verifier and a new session; within the grace of its spending,
 * the same ones again; or the discovery of a copy.
 */
export interface SpendRememberMe {
  readonly kind: "spend_remember_me";
  readonly selector: string;
  readonly verifierHash: string;
  readonly nextVerifierHash: string;
  /** The new session's cookie and the next token, sealed under the presented one. */
  readonly sealedSuccessor: string;
  /** How long the presented token may be repeated once it is spent, in milliseconds. */
  readonly grace: number;
  /** The session to be started; its user and authentication time come from the series. */
  readonly session: Omit<NewSession, "userId" | "authenticatedAt" | "series">;
  readonly limit: number | null;
}

/** Makes the next generation of a family, if the presented one is still the newest. */
export interface RotateFamily {
  readonly kind: "rotate";
  readonly familyId: string;
  /** Compare: the newest generation and its hash. */
  readonly generation: number;
  readonly tokenHash: string;
  /** Swap: the next token's hash, and the token sealed under the presented one. */
  readonly nextHash: string;
  readonly sealedSuccessor: string;
  readonly idleExpiresAt: number;
  readonly at: number;
}

/** Counts a repeat in grace, if the generation is still the newest and the limit not reached. */
export interface CountGrace {
  readonly kind: "count_grace";
  readonly familyId: string;
  readonly generation: number;
  readonly limit: number;
  readonly at: number;
}

/** Notes that the newest generation has been seen in use. */
export interface ConfirmGeneration {
  readonly kind: "confirm";
  readonly familyId: string;
  readonly generation: number;
  readonly at: number;
}

/** Moves the idle timeout of a live session. */
export interface TouchSession {
  readonly kind: "touch";
  readonly sessionId: string;
  readonly at: number;
}

/** Whose proof is demanded: one session's, those begun from a series, or all of a user's. */
export type DemandTarget =
  | { readonly of: "session"; readonly sessionId: string }
  | { readonly of: "series"; readonly selector: string }
  | { readonly of: "user" };

/** Demands a fresh proof of identity before sessions may go on. */
export interface DemandReauthentication {
  readonly kind: "demand_reauthentication";
  readonly tenantId: string;
  readonly userId: string;
  readonly target: DemandTarget;
  readonly cause: Cause;
}

/** Records a suspicion, once a session and name, and does what follows from it just as once. */
export interface RecordSuspicion {
  readonly kind: "record_suspicion";
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  /** The suspicion's name, such as `device_changed`. */
  readonly name: string;
  readonly auditId: string;
  readonly at: number;
  readonly address: string | null;
  /** Done in the same transaction, if the suspicion is new; null for nothing. */
  readonly consequence: RaiseEpoch | DemandReauthentication | null;
}

/** A key that signs access tokens. */
export interface SigningKeyRecord {
  /** `kid`: the key's RFC 7638 thumbprint. */
  readonly id: string;
  /** JWS algorithm. */
  readonly algorithm: string;
  /** The public JWK as JSON. */
  readonly publicJwk: string;
  /** The private JWK as JSON, or sealed. */
  readonly privateJwk: string;
  /** Whether `privateJwk` is sealed under the installation's secret. */
  readonly sealed: boolean;
  readonly createdAt: number;
}

/** Replaces the signing keys, if they are still those that the change was made from. */
export interface SetSigningKeys {
  readonly kind: "set_signing_keys";
  /** Compare: the ids of the keys there are. */
  readonly from: readonly string[];
  /** Swap: the keys there are to be, the one that signs first. */
  readonly keys: readonly SigningKeyRecord[];
}

/** Ends again what the store has forgotten: a standby lagged behind, or a backup was restored. */
export interface Reassert {
  readonly kind: "reassert";
  /** Ends that were acknowledged. */
  readonly ends: readonly End[];
  /** Told of those that are missing. */
  readonly cause: Cause;
}

/** Begins a new history: positions, heartbeats and memories of the old one are worth nothing. */
export interface BeginHistory {
  readonly kind: "begin_history";
  readonly incarnation: string;
}

/** Removes what has been dead long enough, and marks what an epoch has ended. */
export interface Sweep {
  readonly kind: "sweep";
  readonly at: number;
  /** Rows whose natural expiry lies before this are removed. */
  readonly removeBefore: number;
  /** Audit records from before this are removed. */
  readonly removeAuditBefore: number;
  /** How long a sealed successor is kept after its confirmation, or after a device's start. */
  readonly grace: number;
  /** The root of the audit ids of the expiries that are found. */
  readonly auditId: string;
}

/** Any act. */
export type Act =
  | StartSession
  | ReissueSession
  | EndSession
  | RaiseEpoch
  | EndSeries
  | SpendRememberMe
  | RotateFamily
  | CountGrace
  | ConfirmGeneration
  | TouchSession
  | DemandReauthentication
  | RecordSuspicion
  | SetSigningKeys
  | Reassert
  | BeginHistory
  | Sweep;

/** Done under its condition, or not because the condition no longer held. */
export interface Conditional {
  readonly done: boolean;
}

/** What died with one session, as far as it had been alive. */
export interface Died {
  /** Whether the session was live, and with it its access tokens. */
  readonly live: boolean;
  readonly cookie: boolean;
  readonly tokens: boolean;
  /** Whether the device had been remembered; that outlives the session's timeouts. */
  readonly rememberMe: boolean;
}

/** What became of an ending act. */
export interface Ending {
  /** `ended` now, `already` before, or `unknown`: there is no such session or series. */
  readonly outcome: "ended" | "already" | "unknown";
  /** The audit record of the end, now or then; null where there is none. */
  readonly auditId: string | null;
  /** Whose it was; null for `unknown`. */
  readonly userId: string | null;
  /** What died now, session by session: a line of ids and a remembered device die together. */
  readonly died: readonly Died[];
}

/** The outcome of each kind of act. */
export interface Outcomes {
  start:
    | { readonly outcome: "started"; readonly record: SessionRecord }
    | { readonly outcome: "credentials_changed" };
  reissue:
    | { readonly outcome: "reissued"; readonly record: SessionRecord }
    | { readonly outcome: "ended" };
  end_session: Ending;
  raise_epoch:
    | { readonly outcome: "raised"; readonly auditId: string; readonly kept: SessionRecord | null }
    | { readonly outcome: "refused" };
  end_series: Ending;
  spend_remember_me:
    | {
        readonly outcome: "started";
        readonly record: SessionRecord;
        readonly seriesExpiresAt: number;
      }
    /** Spent a moment ago, and its successor is not: what was sealed then. */
    | {
        readonly outcome: "repeated";
        readonly sealedSuccessor: string;
        readonly seriesExpiresAt: number;
      }
    | { readonly outcome: "unknown" }
    | { readonly outcome: "ended"; readonly reason: EndReason }
    | { readonly outcome: "reused"; readonly userId: string; readonly sessionId: string | null };
  rotate: Conditional;
  count_grace: Conditional;
  confirm: Conditional;
  touch: Conditional;
  demand_reauthentication: Conditional;
  /** Not done when the session has this suspicion on record. */
  record_suspicion: Conditional;
  set_signing_keys: Conditional;
  reassert: { readonly missing: number };
  begin_history: Conditional;
  sweep: { readonly removed: number; readonly marked: number };
}

/** The outcome of an act. */
export type OutcomeOf<A extends Act> = Outcomes[A["kind"]];
