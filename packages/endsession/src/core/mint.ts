/**
 * Makes a session's credentials: what the store keeps (hashes) and what the person gets
 * (secrets), side by side, so that neither can be mistaken for the other.
 */
import type { NewSession } from "./acts.ts";
import { issueAccessToken } from "./access-token.ts";
import type { Actor } from "./audit.ts";
import type { Context } from "./context.ts";
import {
  externalSecret,
  formatRememberMeToken,
  hashSecret,
  mintId,
  mintRefreshToken,
  mintSecret,
  mintSessionToken,
  mintTimedId,
} from "./credential.ts";
import type { Device } from "./device.ts";
import { type Session, type SessionRecord, toSession } from "./session.ts";

/** What a person or program gets. Null for a kind that was not asked for. */
export interface Credentials {
  /** The session that they are credentials of. */
  readonly session: Session;
  /** The value of the session cookie. */
  readonly sessionToken: string | null;
  readonly refreshToken: string | null;
  readonly accessToken: string | null;
  /** Life of the access token in seconds. */
  readonly expiresIn: number | null;
  /** The value of the remember-me cookie. */
  readonly rememberMeToken: string | null;
  /** When the remember-me token dies, in milliseconds since 1970. */
  readonly rememberMeExpiresAt: number | null;
}

/** Which kinds of credentials a session gets. */
export interface CredentialKinds {
  readonly cookie: boolean;
  /** Refresh and access tokens, for this client; false for none. */
  readonly tokens: false | { readonly clientId: string | null };
  readonly rememberMe: boolean;
  /** The id by which another library knows the session, in the place of a session cookie. */
  readonly external?: string | null;
}

/** What a session is made of, besides its credentials. */
export interface SessionFacts {
  readonly tenantId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly methods: readonly string[];
  readonly device: Device;
  readonly place: string | null;
  readonly actor: Actor;
  readonly address: string | null;
}

/** The secrets of a session that is about to be written. */
export interface Secrets {
  readonly sessionToken: string | null;
  readonly refreshToken: string | null;
  readonly rememberMeToken: string | null;
  readonly rememberMeExpiresAt: number | null;
}

/** Draws ids and secrets. Nothing exists until the store has committed the session. */
export function mintSession(
  context: Context,
  facts: SessionFacts,
  kinds: CredentialKinds,
): { readonly session: NewSession; readonly secrets: Secrets } {
  const { crypto, settings, clock } = context;
  const now = clock.now();
  const { tenantId } = facts;
  const hash = (secret: string): string => hashSecret(crypto, tenantId, secret);
  const expiresAt = now + settings.timeouts.absolute;
  const { external = null } = kinds;
  const sessionToken = kinds.cookie ? mintSessionToken(crypto) : null;
  const familyId = mintId(crypto);
  const refreshToken = kinds.tokens ? mintRefreshToken(crypto, familyId, 0) : null;
  const selector = mintId(crypto);
  const verifier = mintSecret(crypto);
  const rememberMeExpiresAt = now + settings.rememberMeLifetime;
  const session: NewSession = {
    ...facts,
    id: mintId(crypto),
    tokenHash:
      external === null ? sessionToken && hash(sessionToken) : hash(externalSecret(external)),
    lastSeenAt: now,
    expiresAt,
    idleTimeout: settings.timeouts.idle,
    family:
      kinds.tokens && refreshToken !== null
        ? {
            id: familyId,
            clientId: kinds.tokens.clientId,
            tokenHash: hash(refreshToken),
            expiresAt,
            idleExpiresAt: Math.min(expiresAt, now + settings.refreshIdle),
          }
        : null,
    series: kinds.rememberMe
      ? { selector, verifierHash: hash(verifier), expiresAt: rememberMeExpiresAt }
      : null,
    auditId: mintTimedId(crypto, now),
  };
  const rememberMeToken = kinds.rememberMe ? formatRememberMeToken(selector, verifier) : null;
  return {
    session,
    secrets: {
      sessionToken,
      refreshToken,
      rememberMeToken,
      rememberMeExpiresAt: kinds.rememberMe ? rememberMeExpiresAt : null,
    },
  };
}

/** What is handed out once the session is written. */
export async function handOut(
  context: Context,
  record: SessionRecord,
  secrets: Secrets,
): Promise<Credentials> {
  const issued = secrets.refreshToken === null ? null : await issueAccessToken(context, record, 0);
  return {
    ...secrets,
    session: toSession(record),
    accessToken: issued?.token ?? null,
    expiresIn: issued?.expiresIn ?? null,
  };
}

/**
 * The successor of a session that goes on under a new id: the same person, device and kinds of
 * credentials. `authenticatedAt` moves only when the person has just proved who they are.
 */
export function mintSuccessor(
  context: Context,
  record: SessionRecord,
  change: {
    readonly actor: Actor;
    readonly address: string | null;
    readonly authenticatedAt?: number;
    readonly methods?: readonly string[];
    readonly device?: Device;
  },
): { readonly session: NewSession; readonly secrets: Secrets } {
  const proved = change.authenticatedAt !== undefined;
  const minted = mintSession(
    context,
    {
      tenantId: record.tenantId,
      userId: record.userId,
      createdAt: record.createdAt,
      device: change.device ?? record.device,
      place: record.place,
      authenticatedAt: change.authenticatedAt ?? record.authenticatedAt,
      methods: change.methods ?? record.methods,
      actor: change.actor,
      address: change.address,
    },
    {
      cookie: record.hasCookie,
      tokens: record.family !== null && { clientId: record.family.clientId },
      rememberMe: record.series !== null,
    },
  );
  if (proved) return minted;
  // Only a fresh proof moves the absolute end (NIST SP 800-63B-4 section 5.2, TO-06).
  const { expiresAt } = record;
  const family = minted.session.family && {
    ...minted.session.family,
    expiresAt,
    idleExpiresAt: Math.min(expiresAt, minted.session.family.idleExpiresAt),
  };
  return { ...minted, session: { ...minted.session, expiresAt, family } };
}
