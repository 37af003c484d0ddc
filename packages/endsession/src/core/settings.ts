/** The rules that an application may set, with defaults, checked once at start. */
import { EndSessionError } from "./errors.ts";
import { type LiveOptions, type LiveSettings, liveSettingsOf } from "./live/settings.ts";
import type { Session } from "./session.ts";
import { type ProfileName, type Timeouts, timeoutsOf } from "./timeouts.ts";

/** What is done about a suspicion. */
export type SuspicionPolicy = "record" | "reauthenticate" | "end";

/** The suspicions that are found without the application's help. */
export type BuiltInSuspicion =
  | "refresh_token_reused"
  | "remember_me_reused"
  | "ended_credential_used"
  | "device_changed";

/** What a request tells about where it comes from. */
export interface RequestFacts {
  /** The client's address; null where unknown. */
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Client hints, as in `DeviceHints`. */
  readonly brands?: string | null;
  readonly platform?: string | null;
  readonly platformVersion?: string | null;
}

/** A suspicion, as the application is told of it. */
export interface Suspicion {
  /** One of {@link BuiltInSuspicion}, or the name that `detect` gave. */
  readonly name: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  /** What was done. */
  readonly policy: SuspicionPolicy;
}

/** The settings of suspicion. */
export interface SuspicionOptions {
  /**
   * What to do about each built-in suspicion (default: `end` for the two kinds of reuse, `record`
   * for the others). For `ended_credential_used` the policy meets the user's other sessions,
   * since the one that was used is dead.
   */
  readonly policies?: Partial<Record<BuiltInSuspicion, SuspicionPolicy>>;
  /** The application's own detector: names a suspicion and a policy, or gives undefined. */
  readonly detect?: (
    session: Session,
    request: RequestFacts,
  ) => { readonly name: string; readonly policy: SuspicionPolicy } | undefined;
  /** Called after a suspicion was recorded: the place to write to the user (RT-13). */
  readonly notify?: (suspicion: Suspicion) => void | Promise<void>;
}

/** The settings that govern sessions. */
export interface SessionOptions extends LiveOptions {
  /** Idle and absolute timeout: a profile's name or milliseconds (default `aal2`). */
  readonly profile?: ProfileName | Timeouts;
  /** How many sessions a user may have; the longest unused end (default 100). */
  readonly sessionLimit?: number;
  /** Life of an access token in seconds, at most 3600 (default 900). */
  readonly accessTokenLifetime?: number;
  /** JWS algorithm of access tokens (default `ES256`). */
  readonly algorithm?: "ES256" | "EdDSA" | "RS256";
  /** The claims `iss` and, by default, `aud` (default the origin, else `endsession`). */
  readonly issuer?: string;
  /** The claim `aud` (default the issuer). */
  readonly audience?: string;
  /**
   * The claim `aud` of the signed identity that `/verify` gives to upstreams (default none, and no
   * signed identity). Name the upstreams, such as `https://app.example/internal`.
   */
  readonly identityAudience?: string;
  /** W: how long a spent refresh or remember-me token is repeated: 0 to 60 seconds (default 10). */
  readonly refreshGrace?: number;
  /** How long a refresh token lives unused, in seconds (default 14 days). */
  readonly refreshIdle?: number;
  /** How long a device is remembered, in days, at most 400 (default 30; CK-11). */
  readonly rememberMeDays?: number;
  /** How old a proof of identity may be to end other sessions, in seconds (default 900). */
  readonly freshness?: number;
  /** How long audit records are kept, in days (default 400). */
  readonly auditDays?: number;
  /** Detectors and what they lead to. */
  readonly suspicion?: SuspicionOptions;
  /** Names the coarse place of an address, such as a city. Called at sign-in. */
  readonly place?: (address: string) => string | null | Promise<string | null>;
  /** A secret of at least 32 characters that seals the signing keys at rest. */
  readonly secret?: string;
}

/** {@link SessionOptions} with every default filled in; times in milliseconds. */
export interface Settings {
  readonly timeouts: Timeouts;
  readonly sessionLimit: number;
  readonly accessTokenLifetime: number;
  readonly algorithm: "ES256" | "EdDSA" | "RS256";
  readonly issuer: string;
  readonly audience: string;
  readonly identityAudience: string | null;
  readonly refreshGrace: number;
  readonly refreshIdle: number;
  readonly rememberMeLifetime: number;
  readonly freshness: number;
  readonly auditLifetime: number;
  readonly policies: Readonly<Record<BuiltInSuspicion, SuspicionPolicy>>;
  readonly detect: NonNullable<SuspicionOptions["detect"]> | null;
  readonly notify: NonNullable<SuspicionOptions["notify"]>;
  readonly place: NonNullable<SessionOptions["place"]>;
  readonly secret: string | null;
  readonly live: LiveSettings;
}

const second = 1000;
const day = 24 * 60 * 60 * second;

/** Fills in the defaults. Throws `ERR_SETTING_INVALID`, naming the setting. */
export function settingsOf(options: SessionOptions): Settings {
  const issuer = options.issuer ?? "endsession";
  return {
    timeouts: timeoutsOf(options.profile ?? "aal2"),
    sessionLimit: whole("sessionLimit", options.sessionLimit ?? 100, 1, 1000),
    accessTokenLifetime:
      whole("accessTokenLifetime", options.accessTokenLifetime ?? 900, 1, 3600) * second,
    algorithm: options.algorithm ?? "ES256",
    issuer,
    audience: options.audience ?? issuer,
    identityAudience: notEmpty("identityAudience", options.identityAudience),
    refreshGrace: whole("refreshGrace", options.refreshGrace ?? 10, 0, 60) * second,
    refreshIdle: whole("refreshIdle", options.refreshIdle ?? 14 * 86_400, 1, 400 * 86_400) * second,
    rememberMeLifetime: whole("rememberMeDays", options.rememberMeDays ?? 30, 1, 400) * day,
    freshness: whole("freshness", options.freshness ?? 900, 1, 86_400) * second,
    auditLifetime: whole("auditDays", options.auditDays ?? 400, 1, 36_500) * day,
    policies: policiesOf(options.suspicion?.policies ?? {}),
    detect: options.suspicion?.detect ?? null,
    notify: options.suspicion?.notify ?? (() => undefined),
    place: options.place ?? (() => null),
    secret: longEnough(options.secret),
    live: liveSettingsOf(options),
  };
}

const defaultPolicies: Readonly<Record<BuiltInSuspicion, SuspicionPolicy>> = {
  refresh_token_reused: "end",
  remember_me_reused: "end",
  ended_credential_used: "record",
  device_changed: "record",
};

function policiesOf(
  given: NonNullable<SuspicionOptions["policies"]>,
): Record<BuiltInSuspicion, SuspicionPolicy> {
  const policies = { ...defaultPolicies };
  for (const [name, policy] of Object.entries(given)) {
    if (policy === undefined) continue;
    if (!Object.hasOwn(defaultPolicies, name) || !isPolicy(policy)) {
      throw new EndSessionError(
        "ERR_SETTING_INVALID",
        `The setting "suspicion.policies" has "${name}": "${String(policy)}". Give record, ` +
          `reauthenticate or end for ${Object.keys(defaultPolicies).join(", ")}.`,
      );
    }
    policies[name as BuiltInSuspicion] = policy;
  }
  return policies;
}

function isPolicy(policy: string): boolean {
  return policy === "record" || policy === "reauthenticate" || policy === "end";
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new EndSessionError(
    "ERR_SETTING_INVALID",
    `The setting "${name}" is ${String(value)}; give a whole number from ${least} to ${most}.`,
  );
}

function notEmpty(name: string, value: string | undefined): string | null {
  if (value !== "") return value ?? null;
  throw new EndSessionError(
    "ERR_SETTING_INVALID",
    `The setting "${name}" is empty; give a name, or leave it out.`,
  );
}

function longEnough(secret: string | undefined): string | null {
  if (secret === undefined) return null;
  if (secret.length >= 32) return secret;
  throw new EndSessionError(
    "ERR_SETTING_INVALID",
    `The setting "secret" has ${secret.length} characters; give at least 32 random ones.`,
  );
}
