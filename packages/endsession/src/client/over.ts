/** Which session an end on this device was meant for. */
import { ask, type Word } from "./ask.ts";
import { type Over, read } from "./notes.ts";
import { revoke, type Verdict } from "./revoke.ts";
import type { Door } from "./transport.ts";

/** Whether it is this session that was ended here, and not one that was begun since. */
export function isOf(
  { sessionId, at, settled = false }: Over,
  { session, ahead, remembered }: Extract<Word, { readonly is: "live" }>,
): boolean {
  // A device that is remembered goes on by itself until its end has reached the server.
  if (remembered && read("kept")?.some(({ userId }) => userId === session.userId)) return true;
  if (sessionId !== null) return sessionId === session.id;
  // By the server's clock, which it tells in whole seconds.
  return !settled && session.createdAt <= at + ahead + 1000;
}

/** Ends whatever the cookie is of by now, unless somebody has signed in since. */
export async function endByCookie(door: Door): Promise<Verdict> {
  const word = await ask(door, false);
  if (word.is !== "live") return word.is === "over" ? "confirmed" : "unknown";
  const over = read("over");
  if (over && !isOf(over, word)) return "confirmed";
  return revoke({ url: door.url, ticket: word.ticket, scope: "current" });
}
