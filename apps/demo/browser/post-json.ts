/** Sends a form by fetch. */

/** Posts `body`, by `send` (default `fetch`); gives the status, 0 when there was no answer. */
export async function postJson(
  path: string,
  body: unknown,
  send: typeof fetch = fetch,
): Promise<number> {
  try {
    const answer = await send(path, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.status;
  } catch {
    return 0;
  }
}
