/** What the client asks of endsession's routes, besides the session itself. */
import { asking, limit, sending, type SessionJson, toSession } from "./ask.ts";
import { RequestError } from "./request-error.ts";
import type { ClientSession } from "./types.ts";

/** How to ask. */
export interface Asking {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Whether the person has given the fresh proof that the server demands. */
  readonly prove: () => Promise<boolean>;
}

/** Rejects with a {@link RequestError} for everything but JSON that says yes. */
async function call(of: Asking, path: string, init: RequestInit): Promise<unknown> {
  const answer = await of.fetch(of.url + path, { ...asking, ...init, signal: limit() });
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  if (answer.ok && isJson) return answer.json();
  const error = await RequestError.of(answer);
  if (error.code !== "reauth-required" || !(await of.prove())) throw error;
  // Once: a proof that does not help is no reason to ask for another.
  return call({ ...of, prove: async () => false }, path, init);
}

/** Ends the other sessions of the user. */
export async function endOthers(of: Asking): Promise<void> {
  await call(of, "/logout/all", sending({ keep_current: true }));
}

/** Ends one of the user's sessions. */
export async function endOne(of: Asking, sessionId: string): Promise<void> {
  await call(of, `/sessions/${encodeURIComponent(sessionId)}`, { method: "DELETE" });
}

/** The user's sessions. */
export async function listSessions(of: Asking): Promise<ClientSession[]> {
  const { sessions } = (await call(of, "/sessions", {})) as {
    readonly sessions: readonly SessionJson[];
  };
  return sessions.map(toSession);
}
