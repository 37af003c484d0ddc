/** May this credential be believed? Answered from memory, without a promise, or not at all. */
import { sameAgent } from "./agents.ts";
import type { Answer, Held } from "./held.ts";
import type { AuthenticateInput } from "../authenticate.ts";
import type { Context } from "../context.ts";
import { hashSecret } from "../credential.ts";
import { isWithin } from "../session.ts";
import { touchInterval } from "../timeouts.ts";

/**
 * The answer, when memory can give it. Everything out of the ordinary (no lease, an end, a strange
 * device, activity to be noted) is undefined, and the store is asked.
 */
export function recall(context: Context, input: AuthenticateInput): Answer | undefined {
  const { clock, crypto, settings } = context;
  const { memory, lease } = context.live;
  const { presented, tenantId, request } = input;
  const now = clock.now();
  const byCookie = presented.kind === "session_token";
  const key = byCookie ? hashSecret(crypto, tenantId, presented.token) : presented.token;
  if (!lease.holds(now)) return memory.dead(key);
  const held = byCookie ? memory.byCookie(key) : memory.byToken(tenantId, key, now);
  if (!held) return memory.dead(key);

  const { session, idleTimeout } = held;
  if (!isWithin(session, idleTimeout, now)) return undefined;
  if (byCookie && (held.agent === null || !sameAgent(held.agent, request))) return undefined;
  if (settings.detect(session, request)) return undefined;
  if (input.activity && now - held.touchedAt >= touchInterval(idleTimeout)) {
    // This request writes it down; those that come meanwhile need not wait.
    held.touchedAt = now;
    return undefined;
  }
  return (held.answer ??= answerOf(held));
}

function answerOf({ session }: Held): Answer {
  return { outcome: session.reauthenticationRequired ? "stale" : "live", session };
}
