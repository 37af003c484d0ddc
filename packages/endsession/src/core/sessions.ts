/** The operations as an application calls them: every input optional that has a sensible default. */
import type { AuditEntry } from "./audit.ts";
import { type AuthenticateInput, type Authentication, authenticate } from "./authenticate.ts";
import type { Context } from "./context.ts";
import { exportDenylist } from "./denylist.ts";
import { endById, endPresented } from "./end.ts";
import { type EndedUser, endEverybody, endUser } from "./end-user.ts";
import { type Health, health } from "./health.ts";
import { inspect, type Inspection } from "./inspect.ts";
import { listSessions } from "./list.ts";
import { recall } from "./live/recall.ts";
import { lookUpSession, type SessionReport } from "./look-up.ts";
import type { Credentials } from "./mint.ts";
import { issueNotMeTicket } from "./not-me.ts";
import { readAudit } from "./read-audit.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { onEnded, type SessionOver } from "./on-ended.ts";
import { type Refreshed, refreshSession } from "./refresh.ts";
import { rememberedStart } from "./remember.ts";
import { findOne, type Presented, recordOf } from "./resolve.ts";
import { securityEvent } from "./security-event.ts";
import type { Session } from "./session.ts";
import type { RequestFacts } from "./settings.ts";
import { listSigningKeys, rotateSigningKey, type SigningKeyInfo } from "./signing-keys.ts";
import { startExternal } from "./start-external.ts";
import { type StartInput, startSession } from "./start.ts";
import type { Mark } from "./acts.ts";
import { sweep, type Swept } from "./sweep.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** The tenant of applications that have none. */
export const defaultTenant = "default";

const noRequest: RequestFacts = { address: null, userAgent: null };

/** Whose sessions are meant. */
export interface UserRef {
  /** The application's id of the user. */
  readonly userId: string;
  /** The tenant (default `default`). */
  readonly tenantId?: string;
}

/** For whom sessions are ended from outside: for the audit. */
export interface EndedBy {
  /** `service` (default): on the user's behalf. `administrator`: by whoever runs the installation. */
  readonly actor?: "service" | "administrator";
}

/** Options of `sessions.start`. */
export interface StartOptions extends UserRef {
  /** How the person proved who they are, in the names of RFC 8176 (default `["pwd"]`). */
  readonly methods?: readonly string[];
  /** The position from `sessions.mark()` before the credentials were checked. */
  readonly after?: Mark;
  /** Whether to make a session cookie (default true, and false with `external`). */
  readonly cookie?: boolean;
  /**
   * The id by which another library knows the session, such as `express-session:<sid>`, at least
   * 128 random bits. It is presented with the kind `external` and takes the place of the cookie.
   * An id stands for one session for ever: a start with that of a live session of the same user
   * gives that session again, with that of an ended one it rejects with `ERR_SESSION_ENDED`.
   */
  readonly external?: string;
  /** Make refresh and access tokens, bound to this client's id or to null (default none). */
  readonly tokens?: { readonly clientId: string | null };
  /** Whether to remember the device (default false). */
  readonly rememberMe?: boolean;
  /** Credentials that the device still presents; their sessions end. */
  readonly presented?: readonly Presented[];
  /** Where the request comes from. */
  readonly request?: RequestFacts;
}

/** Options of `sessions.authenticate` and `sessions.check`. */
export interface CheckOptions {
  /** The tenant (default `default`). */
  readonly tenantId?: string;
  /** Where the request comes from. */
  readonly request?: RequestFacts;
  /** Whether the request is the person's doing (default true); polling is not. */
  readonly activity?: boolean;
}

/** Every operation on sessions. All reject with `ERR_STORE_UNAVAILABLE` when the store fails. */
export interface Sessions {
  /** Where the ends stand now. Take it before checking a password, and give it to `start`. */
  mark(): Promise<Mark>;
  /** Starts a session for a user whose identity the application has verified. */
  start(options: StartOptions): Promise<Credentials>;
  /** Judges a credential: live, stale, ended with the reason, expired, or unknown. */
  authenticate(presented: Presented, options?: CheckOptions): Promise<Authentication>;
  /**
   * The same from memory alone, at once and without a promise; undefined when memory cannot tell,
   * and the store must be asked by `authenticate`.
   */
  check(presented: Presented, options?: CheckOptions): Authentication | undefined;
  /** Exchanges a refresh token (RFC 6749 section 6) with rotation. */
  refresh(
    refreshToken: string,
    options?: { tenantId?: string; clientId?: string | null; request?: RequestFacts },
  ): Promise<Refreshed>;
  /** Starts a session from a remember-me token, which is spent; null when it is no good. */
  remember(
    rememberMeToken: string,
    options?: { tenantId?: string; request?: RequestFacts },
  ): Promise<Credentials | null>;
  /** Ends the sessions of presented credentials, in whatever state they are. */
  end(
    presented: Presented | readonly Presented[],
    options?: { tenantId?: string; rememberMeToken?: string; address?: string },
  ): Promise<Receipt>;
  /** Ends one session of a user by its id; null when the user has no such session (LA-04). */
  endOne(of: UserRef & EndedBy & { readonly sessionId: string }): Promise<Receipt | null>;
  /** Ends the other sessions of a session's user. The session goes on with new credentials. */
  endOthers(session: Session): Promise<EndedUser>;
  /** Ends all sessions of a user. */
  endAll(of: UserRef & EndedBy): Promise<Receipt>;
  /** Ends all sessions of a tenant. */
  endTenant(tenantId: string): Promise<Receipt>;
  /** Ends all sessions there are, such as after a leaked key. */
  endInstallation(): Promise<Receipt>;
  /**
   * Ends all sessions there are and begins a new history. Call it after a backup was restored: the
   * backup does not know what ended after it was made, nor do the instances that run.
   */
  restored(): Promise<Receipt>;
  /**
   * Calls back once when a session is over, on whichever instance it ended, timeouts included: to
   * close an application's own sockets and streams. Gives the function that stops listening.
   */
  onEnded(session: Session, listener: (over: SessionOver) => void): () => void;
  /** The live sessions of a user, the most recently used first. */
  list(of: UserRef): Promise<readonly Session[]>;
  /** Looks a session up by its id, dead or alive; null when there is none, or none any more. */
  lookUp(of: {
    readonly sessionId: string;
    readonly tenantId?: string;
  }): Promise<SessionReport | null>;
  /** Says what a token or a cookie's value is, and whether it is live, without using it. */
  inspect(token: string, options?: { readonly tenantId?: string }): Promise<Inspection>;
  /** Reports what happened to an account, and ends what that demands. */
  securityEvent(
    event: UserRef & {
      readonly type: SecurityEventType;
      /** The session in which it happened: it goes on, renewed, where the event allows it. */
      readonly current?: Session;
    },
  ): Promise<EndedUser>;
  /** Renews a session whose person has just proved anew who they are. */
  reauthenticate(
    session: Session,
    options?: { readonly methods?: readonly string[]; readonly request?: RequestFacts },
  ): Promise<Credentials>;
  /** The ticket for a "this wasn't me" link; see the route `/not-me`. Lives seven days. */
  notMeTicket(of: UserRef): Promise<string>;
  /** The audit, newest first; give the last record's id as `before` for the next page. */
  audit(options?: {
    tenantId?: string;
    userId?: string;
    before?: string;
    limit?: number;
  }): Promise<readonly AuditEntry[]>;
  /** The keys that sign access tokens, the one that signs first. */
  signingKeys(): Promise<readonly SigningKeyInfo[]>;
  /**
   * Makes a new key that signs from now on; no session ends. Running instances follow within a
   * minute. After a leak call `endInstallation`, which puts a new key in the place of all.
   */
  rotateSigningKey(): Promise<readonly SigningKeyInfo[]>;
  /** Whether the store answers, and whether this instance answers from memory. Never rejects. */
  health(): Promise<Health>;
  /** The denylist as a file, for verifiers that cannot ask; see `endsession/denylist`. */
  denylist(): Promise<Uint8Array>;
  /** Removes what has been dead past all use. Call it about once an hour. */
  sweep(): Promise<Swept>;
}

function checkOf(
  presented: Presented,
  { tenantId = defaultTenant, request = noRequest, activity = true }: CheckOptions,
): AuthenticateInput {
  return { presented, tenantId, request, activity };
}

/** Binds the operations to a context. */
export function createSessions(context: Context): Sessions {
  const server = { actor: "service", address: null } as const;
  return {
    mark: () => context.truth.query({ kind: "mark" }),
    start: (options) => {
      const { external } = options;
      const input: StartInput = {
        tenantId: options.tenantId ?? defaultTenant,
        userId: options.userId,
        methods: options.methods ?? ["pwd"],
        after: options.after ?? null,
        cookie: options.cookie ?? true,
        tokens: options.tokens ?? false,
        rememberMe: options.rememberMe ?? false,
        presented: options.presented ?? [],
        rememberMeTokens: [],
        request: options.request ?? noRequest,
        actor: "user",
      };
      return external === undefined
        ? startSession(context, input)
        : startExternal(context, { ...input, cookie: false, external });
    },
    authenticate: async (presented, options = {}) =>
      authenticate(context, checkOf(presented, options)),
    check: (presented, options = {}) => recall(context, checkOf(presented, options)),
    refresh: (token, options = {}) =>
      refreshSession(context, {
        token,
        tenantId: options.tenantId ?? defaultTenant,
        clientId: options.clientId ?? null,
        request: options.request ?? noRequest,
      }),
    remember: async (token, options = {}) => {
      const tenantId = options.tenantId ?? defaultTenant;
      return rememberedStart(context, { token, tenantId, request: options.request ?? noRequest });
    },
    end: async (presented, options = {}) => {
      const { receipt } = await endPresented(context, {
        tenantId: options.tenantId ?? defaultTenant,
        presented: "kind" in presented ? [presented] : presented,
        rememberMeTokens: options.rememberMeToken === undefined ? [] : [options.rememberMeToken],
        reason: "logout",
        actor: "user",
        address: options.address ?? null,
      });
      return receipt;
    },
    endOne: async ({ userId, tenantId = defaultTenant, sessionId, actor = "service" }) => {
      const record = await findOne(context, { by: "id", tenantId, sessionId });
      if (record?.userId !== userId) return null;
      const reason = actor === "administrator" ? actor : "ended_from_device_list";
      return endById(context, { tenantId, sessionId, reason, actor, address: null });
    },
    endOthers: async (session) => {
      const keep = await recordOf(context, session);
      const { tenantId, userId } = session;
      const others = {
        tenantId,
        userId,
        keep,
        keepRequired: true,
        reason: "logout_others",
      } as const;
      return endUser(context, { ...others, ...server });
    },
    endAll: async ({ userId, tenantId = defaultTenant, actor = "service" }) => {
      const all = { tenantId, userId, keep: null, keepRequired: false } as const;
      const reason = actor === "administrator" ? actor : "logout_all";
      return (await endUser(context, { ...all, reason, actor, address: null })).receipt;
    },
    endTenant: (tenantId) => endEverybody(context, { tenantId, actor: "administrator" }),
    endInstallation: () => endEverybody(context, { tenantId: null, actor: "administrator" }),
    restored: () =>
      endEverybody(context, { tenantId: null, actor: "administrator", restored: true }),
    onEnded: (session, listener) => onEnded(context, session, listener),
    list: ({ userId, tenantId = defaultTenant }) => listSessions(context, tenantId, userId),
    lookUp: ({ sessionId, tenantId = defaultTenant }) =>
      lookUpSession(context, tenantId, sessionId),
    inspect: (token, { tenantId = defaultTenant } = {}) => inspect(context, { tenantId, token }),
    securityEvent: async ({ type, userId, tenantId = defaultTenant, current }) =>
      securityEvent(context, {
        type,
        tenantId,
        userId,
        current: current ? await recordOf(context, current) : null,
        ...server,
      }),
    reauthenticate: async (session, options = {}) =>
      reauthenticate(context, {
        record: await recordOf(context, session),
        methods: options.methods ?? ["pwd"],
        request: options.request ?? null,
      }),
    notMeTicket: ({ userId, tenantId = defaultTenant }) =>
      issueNotMeTicket(context, { userId, tenantId }),
    audit: ({ tenantId = defaultTenant, userId, before, limit = 100 } = {}) =>
      readAudit(context, {
        tenantId,
        userId: userId ?? null,
        before: before ?? null,
        limit: Math.min(Math.max(1, limit), 1000),
      }),
    signingKeys: () => listSigningKeys(context),
    rotateSigningKey: () => rotateSigningKey(context),
    health: () => health(context),
    denylist: () => exportDenylist(context),
    sweep: () => sweep(context),
  };
}
