/** The id of a request, in every log line about it and in its answer. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/**
 * What a proxy may hand on. Short, and of letters in which no credential of ours can be written:
 * it is logged as it came.
 */
const sane = /^[0-9A-Za-z][0-9A-Za-z.:-]{0,63}$/;

/** The id that came with the request in `X-Request-Id`, if it is sane, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === "string" && sane.test(header) ? header : randomUUID();
}

/** The id of the request that is being answered. */
export const currentRequest: AsyncLocalStorage<string> = new AsyncLocalStorage();
