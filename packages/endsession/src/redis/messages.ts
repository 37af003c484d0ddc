/**
 * What instances call out to each other by Redis: `w <id> <proof> <ends>`, there are ends to read,
 * and which; and `a <id> <position>`, all up to here is applied. Versions that know nothing of the
 * ends read the rest. What has no proof is a hint: the worst that it does is that something is
 * forgotten, or the feed read, once more than was needed.
 */
import type { End, Listener } from "../core/feed.ts";

/** How many ends one message tells of, and its longest text. Beyond it, the feed alone tells. */
const mostEnds = 256;
const longest = 64 * 1024;

type Text = string | null;
/** The fields of an end, in this order. */
type Told = readonly [
  tenantId: Text,
  userId: Text,
  sessionId: Text,
  reason: Text,
  auditId: Text,
  epoch: number | null,
];

/** The message by which an instance tells the others that there are ends. */
export function wakeUp(id: string, ends: readonly End[], proof: string): string {
  const plain = `w ${id}`;
  if (ends.length === 0 || ends.length > mostEnds) return plain;
  const message = `${plain} ${proof} ${JSON.stringify(ends.map(toldOf))}`;
  return message.length > longest ? plain : message;
}

/** Takes in a message of whatever sender. Never throws. */
export function hear(message: string, listener: Listener): void {
  const [kind, id = "", third = ""] = message.split(" ", 3);
  if (kind === "a") listener.acknowledged(id, third);
  else listener.woken(id, endsOf(message, `${kind} ${id} ${third} `.length), third);
}

/** The ends that a message tells of from a place on; none when it is not as it should be. */
function endsOf(message: string, from: number): readonly End[] {
  if (message.length <= from || message.length > longest) return [];
  let told: unknown;
  try {
    told = JSON.parse(message.slice(from));
  } catch {
    return [];
  }
  if (!Array.isArray(told) || told.length > mostEnds || !told.every(isTold)) return [];
  return told.map(([tenantId, userId, sessionId, reason, auditId, epoch]) => ({
    tenantId,
    userId,
    sessionId,
    reason,
    auditId,
    epoch,
  }));
}

function toldOf({ tenantId, userId, sessionId, reason, auditId, epoch }: End): Told {
  return [tenantId, userId, sessionId, reason, auditId, epoch];
}

/** Later versions may tell more of an end. */
function isTold(told: unknown): told is Told {
  if (!Array.isArray(told) || told.length < 6) return false;
  const epoch: unknown = told[5];
  const isText = (field: unknown): boolean => field === null || typeof field === "string";
  return told.slice(0, 5).every(isText) && (epoch === null || typeof epoch === "number");
}
