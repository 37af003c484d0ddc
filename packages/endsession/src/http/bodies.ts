/** What answers hold: the schemas that describe them, and the translations that fill them. */
import { z } from "zod";
import type { AuditEntry } from "../core/audit.ts";
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** A session, as its user sees it. Times are ISO 8601. */
export interface SessionBody {
  id: string;
  user_id: string;
  /** The device's name for people. */
  device: string;
  created_at: string;
  authenticated_at: string;
  last_seen_at: string;
  expires_at: string;
  methods: string[];
  place: string | null;
  /** Whether it is the session that asks. */
  current: boolean;
  reauthentication_required: boolean;
}

/** Access and refresh tokens (RFC 6749 section 5.1). */
export interface TokensBody {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  /** Not here when it is in the cookie. */
  refresh_token?: string | undefined;
}

/** A logout, or another act that ends sessions. */
export interface EndedBody extends Partial<TokensBody> {
  ok: true;
  message: string;
  timestamp: string;
  receipt: Receipt;
  /** To a back end: the Set-Cookie headers to pass on to the browser whose session went on. */
  set_cookie?: string[];
}

/** One audit record. */
export interface AuditBody {
  id: string;
  at: string;
  type: string;
  tenant_id: string;
  user_id: string | null;
  session_id: string | null;
  actor: string;
  reason: string | null;
  address: string | null;
}

const time = z.iso.datetime();

/** The schema of {@link SessionBody}. */
export const sessionSchema: z.ZodType<SessionBody> = z.object({
  id: z.string(),
  user_id: z.string(),
  device: z.string(),
  created_at: time,
  authenticated_at: time,
  last_seen_at: time,
  expires_at: time,
  methods: z.array(z.string()),
  place: z.string().nullable(),
  current: z.boolean(),
  reauthentication_required: z.boolean(),
});

const state = z.enum(["ended", "already_ended", "pending"]);

/** The schema of a receipt. */
export const receiptSchema: z.ZodType<Receipt> = z.object({
  scope: z.enum(["current", "others", "all"]),
  audit_id: z.string().nullable(),
  credentials: z.object({
    session_cookie: state,
    access_tokens: state,
    refresh_tokens: state,
    remember_me: state,
    reauthentication: state,
    live_channels: state,
    federated: state,
  }),
  consistency: z.object({
    mode: z.enum(["strict", "bounded"]),
    bound_ms: z.number(),
    waited_ms: z.number(),
  }),
});

const tokens = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.number().int(),
  refresh_token: z.string().optional(),
}) as z.ZodObject<{ [K in keyof TokensBody]-?: z.ZodType<TokensBody[K]> }>;

/** The members of {@link TokensBody} where they may be missing. */
export const optionalTokens: { [K in keyof TokensBody]: z.ZodOptional<z.ZodType<TokensBody[K]>> } =
  tokens.partial().shape;

/** The schema of {@link TokensBody}. */
export const tokensSchema: z.ZodType<TokensBody> = tokens;

/** The schema of {@link EndedBody}. */
export const endedSchema: z.ZodType<EndedBody> = z.object({
  ok: z.literal(true),
  message: z.string(),
  timestamp: time,
  receipt: receiptSchema,
  set_cookie: z.array(z.string()).optional(),
  ...optionalTokens,
}) as z.ZodType<EndedBody>;

/** The schema of {@link AuditBody}. */
export const auditSchema: z.ZodType<AuditBody> = z.object({
  id: z.string(),
  at: time,
  type: z.string(),
  tenant_id: z.string(),
  user_id: z.string().nullable(),
  session_id: z.string().nullable(),
  actor: z.string(),
  reason: z.string().nullable(),
  address: z.string().nullable(),
});

/** A session for JSON. */
export function sessionBody(session: Session, currentId: string): SessionBody {
  return {
    id: session.id,
    user_id: session.userId,
    device: session.device.name,
    created_at: iso(session.createdAt),
    authenticated_at: iso(session.authenticatedAt),
    last_seen_at: iso(session.lastSeenAt),
    expires_at: iso(session.expiresAt),
    methods: [...session.methods],
    place: session.place,
    current: session.id === currentId,
    reauthentication_required: session.reauthenticationRequired,
  };
}

/** The answer to an act that ended sessions. */
export function endedBody(
  message: string,
  at: number,
  receipt: Receipt,
  credentials: Credentials | null = null,
  inCookie: boolean = false,
): EndedBody {
  const tokens = tokensBody(credentials, inCookie);
  return { ok: true, message, timestamp: iso(at), receipt, ...tokens };
}

/** Tokens for JSON; empty for a session without any. What is in a cookie is not told besides. */
export function tokensBody(
  credentials: Pick<Credentials, "accessToken" | "refreshToken" | "expiresIn"> | null,
  inCookie: boolean = false,
): Partial<TokensBody> {
  const { accessToken, refreshToken, expiresIn } = credentials ?? {};
  if (!accessToken || !refreshToken) return {};
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: expiresIn ?? 0,
    ...(!inCookie && { refresh_token: refreshToken }),
  };
}

/** An audit record for JSON. */
export function auditBody(entry: AuditEntry): AuditBody {
  return {
    id: entry.id,
    at: iso(entry.at),
    type: entry.type,
    tenant_id: entry.tenantId,
    user_id: entry.userId,
    session_id: entry.sessionId,
    actor: entry.actor,
    reason: entry.reason,
    address: entry.address,
  };
}

/** A time for JSON. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
