/** May this credential be believed? Answered from memory, without a promise, or not at all. */
import { sameAgent } from "./agents.ts";
import type { Answer } from "./held.ts";
import type { AuthenticateInput } from "../authenticate.ts";
import type { Context } from "../context.ts";
import { externalSecret, isSessionToken } from "../credential.ts";
import type { Crypto } from "../crypto.ts";
import type { Over } from "./memory.ts";
import type { Presented } from "../resolve.ts";
import { touchInterval } from "../timeouts.ts";

/**
 * The answer, when memory can give it. Everything out of the ordinary (no lease, an end, a strange
 * device, activity to be noted) is undefined, and the store is asked. Junk is told by its checksum.
 */
export function recall(context: Context, input: AuthenticateInput): Answer | undefined {
  const { clock, crypto, settings } = context;
  const { memory, lease } = context.live;
  const { presented, tenantId, request } = input;
  const { token } = presented;
  const byCookie = presented.kind === "session_token";
  if (byCookie && !isSessionToken(token)) return unknown;
  const key = keyOf(crypto, presented);
  const wall = clock.now();
  if (!lease.holds(wall)) return memory.dead(key, tenantId);
  const now = memory.since(wall);
  const byToken = presented.kind === "access_token";
  const held = byToken ? memory.byToken(key, now) : memory.byCookie(key);
  if (held?.user.tenant.id !== tenantId) return memory.dead(key, tenantId);

  if (now >= held.deadline) return undefined;
  if (byCookie && (held.agent === null || !sameAgent(held.agent, request))) return undefined;
  if (settings.detect(held.answer.session, request)) return undefined;
  if (input.activity && now >= held.touchAt) return undefined;
  return held.answer;
}

/** The session of a credential, if it is known to have ended, and why. */
export function recallEnd(
  { crypto, live }: Context,
  { presented, tenantId }: AuthenticateInput,
): Over | undefined {
  const byToken = presented.kind === "access_token";
  const over = live.memory.endOf(keyOf(crypto, presented), byToken);
  return over?.session.tenantId === tenantId ? over : undefined;
}

/**
 * The store is asked now, and activity that is due will be written down: the requests that come
 * meanwhile need not do it again. Asking memory changes nothing, however often it is done.
 */
export function noteActivity(
  { clock, crypto, live }: Context,
  { activity, presented }: AuthenticateInput,
): void {
  if (!activity) return;
  const { memory } = live;
  const now = memory.since(clock.now());
  const key = keyOf(crypto, presented);
  const byToken = presented.kind === "access_token";
  const held = byToken ? memory.byToken(key, now) : memory.byCookie(key);
  if (held && now >= held.touchAt) held.touchAt = now + touchInterval(held.idleTimeout);
}

/** Remembers what the store has said of a credential. */
export function remember(
  context: Context,
  { presented, request }: AuthenticateInput,
  sessionId: string,
  exp: number | null,
): void {
  const { crypto, live } = context;
  const key = keyOf(crypto, presented);
  if (exp === null) live.memory.linkCookie(key, sessionId, request);
  else live.memory.linkToken(key, exp * 1000, sessionId);
}

/** Remembers that a credential is dead for good. */
export function bury(
  { crypto, live }: Context,
  { presented, tenantId }: AuthenticateInput,
  answer: Answer,
): void {
  live.memory.bury(keyOf(crypto, presented), tenantId, answer);
}

/** What memory knows a credential by: an access token whole, everything else by its hash. */
function keyOf(crypto: Crypto, { kind, token }: Presented): string {
  if (kind === "access_token") return token;
  return crypto.fingerprint(kind === "external" ? externalSecret(token) : token);
}

const unknown: Answer = { outcome: "unknown" };
