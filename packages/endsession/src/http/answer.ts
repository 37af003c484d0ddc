/**
 * Answers in no framework's terms. A server that speaks fetch gets a `Response` of one; the others
 * send it as it is, since making a `Response` and reading it back takes longer than the check.
 */

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Set-Cookie headers, one each: folding them would lose all but the first. */
  readonly cookies: readonly string[];
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null;
}

/** The same answer with more headers, in the place of those of the same name. */
export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The answer as a fetch response. */
export function toResponse({ status, headers, cookies, body }: Answer): Response {
  const response = new Response(body as ConstructorParameters<typeof Response>[0], {
    status,
    headers,
  });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
