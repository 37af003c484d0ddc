/** What the client asks of endsession's routes, besides the session itself. */
import { asking, limit, sending, type SessionJson, toSession } from "./ask.ts";
import { RequestError } from "./request-error.ts";
import type { ClientSession } from "./types.ts";

/** Rejects with a {@link RequestError} for everything but JSON that says yes. */
async function call(
  send: typeof fetch,
  address: string,
  method: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await send(address, {
    ...asking,
    method,
    signal: limit(),
    ...(body !== undefined && { body: JSON.stringify(body), headers: sending }),
  });
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  if (!answer.ok || !isJson) throw await RequestError.of(answer);
  return answer.json();
}

/** Ends the other sessions of the user. */
export async function endOthers(send: typeof fetch, url: string): Promise<void> {
  await call(send, `${url}/logout/all`, "POST", { keep_current: true });
}

/** Ends one of the user's sessions. */
export async function endOne(send: typeof fetch, url: string, sessionId: string): Promise<void> {
  await call(send, `${url}/sessions/${encodeURIComponent(sessionId)}`, "DELETE");
}

/** The user's sessions. */
export async function listSessions(send: typeof fetch, url: string): Promise<ClientSession[]> {
  const { sessions } = (await call(send, `${url}/sessions`, "GET")) as {
    readonly sessions: readonly SessionJson[];
  };
  return sessions.map(toSession);
}
