/** May this credential be believed? Answered from memory, without a promise, or not at all. */
import { sameAgent } from "./agents.ts";
import { none, numberOf } from "./chains.ts";
import type { AuthenticateInput } from "../authenticate.ts";
import type { Context } from "../context.ts";
import { externalSecret, isSessionToken } from "../credential.ts";
import type { Crypto } from "../crypto.ts";
import type { Answer, Memory, Over } from "./memory.ts";
import type { Presented } from "../resolve.ts";
import { touchInterval } from "../timeouts.ts";

/**
 * The answer, when memory can give it. Everything out of the ordinary (no lease, an end, a strange
 * device, activity to be noted) is undefined, and the store is asked. Junk is told by its checksum.
 */
export function recall(context: Context, input: AuthenticateInput): Answer | undefined {
  const { clock, settings } = context;
  const { memory, lease } = context.live;
  const { presented, tenantId, request } = input;
  if (isJunk(memory, presented)) return unknown;
  const wall = clock.now();
  if (!lease.holds(wall)) return recallDead(context, input);
  const now = memory.since(wall);
  const { sessions } = memory;
  const place = placeOf(context, presented, now);
  if (place === none || sessions.tenantOf(place) !== tenantId) return recallDead(context, input);

  if (now >= sessions.deadlineOf(place)) return undefined;
  if (presented.kind === "session_token") {
    const agent = sessions.agentOf(place);
    if (agent === null || !sameAgent(agent, request)) return undefined;
  }
  const session = sessions.at(place);
  if (settings.detect?.(session, request)) return undefined;
  if (input.activity && now >= sessions.touchAtOf(place)) return undefined;
  return { outcome: sessions.isStale(place) ? "stale" : "live", session };
}

/** The session of a credential, if it is known to have ended, and why. */
export function recallEnd(
  { crypto, live }: Context,
  { presented, tenantId }: AuthenticateInput,
): Over | undefined {
  const key = keyOf(crypto, presented);
  const over = live.memory.endOf(keyNumber(presented, key), key);
  return over?.session.tenantId === tenantId ? over : undefined;
}

/**
 * The store is asked now, and activity that is due will be written down: the requests that come
 * meanwhile need not do it again. Asking memory changes nothing, however often it is done.
 */
export function noteActivity(context: Context, { activity, presented }: AuthenticateInput): void {
  if (!activity) return;
  const { memory } = context.live;
  const { sessions } = memory;
  const now = memory.since(context.clock.now());
  const place = placeOf(context, presented, now);
  if (place === none || now < sessions.touchAtOf(place)) return;
  sessions.setTouchAt(place, now + touchInterval(sessions.idleTimeoutOf(place)));
}

/** Remembers what the store has said of a credential. */
export function remember(
  { crypto, live }: Context,
  { presented, request }: AuthenticateInput,
  sessionId: string,
  exp: number | null,
): void {
  const { memory } = live;
  const key = keyOf(crypto, presented);
  const expiresAt = exp === null ? Number.POSITIVE_INFINITY : exp * 1000;
  memory.link(keyNumber(presented, key), key, expiresAt, sessionId);
  if (presented.kind !== "access_token") memory.linkAgent(sessionId, request);
}

/** Remembers that a credential is dead for good. */
export function bury(
  { crypto, live }: Context,
  { presented, tenantId }: AuthenticateInput,
  answer: Answer,
): void {
  live.memory.bury(keyOf(crypto, presented), tenantId, answer);
}

/** Whether a session token was certainly never issued. What was seen before needs no checksum. */
function isJunk(memory: Memory, { kind, token }: Presented): boolean {
  return kind === "session_token" && !memory.has(numberOf(token)) && !isSessionToken(token);
}

function recallDead({ crypto, live }: Context, input: AuthenticateInput): Answer | undefined {
  return live.memory.dead(keyOf(crypto, input.presented), input.tenantId);
}

/** The place of the session that a credential is remembered to lead to. */
function placeOf({ crypto, live }: Context, presented: Presented, now: number): number {
  const key = keyOf(crypto, presented);
  return live.memory.find(keyNumber(presented, key), key, now);
}

/** What memory knows a credential by: an access token whole, everything else by its hash. */
function keyOf(crypto: Crypto, { kind, token }: Presented): string {
  if (kind === "access_token") return token;
  return crypto.fingerprint(kind === "external" ? externalSecret(token) : token);
}

/** Tokens end in a signature or a checksum; nobody knows what an external id ends in. */
function keyNumber({ kind, token }: Presented, key: string): number {
  return numberOf(kind === "external" ? key : token);
}

const unknown: Answer = { outcome: "unknown" };
