/**
 * Starts a session under an id that another library has given it. An id is taken once: a request
 * that is late must not bring back what has ended, in this process or another (I1, P4).
 */
import type { Context } from "./context.ts";
import { EndSessionError } from "./errors.ts";
import type { Credentials } from "./mint.ts";
import { resolve } from "./resolve.ts";
import { judge, toSession } from "./session.ts";
import { type StartInput, startSession } from "./start.ts";

/** What {@link startExternal} takes: as {@link startSession}, with the id. */
export type ExternalInput = StartInput & { readonly external: string };

/**
 * Starts a session, or gives the live one of that id and user. Throws `ERR_SESSION_ENDED` when
 * the id is that of a session that is over, or of another user's.
 */
export async function startExternal(context: Context, input: ExternalInput): Promise<Credentials> {
  const known = await startedBefore(context, input);
  if (known) return known;
  try {
    return await startSession(context, input);
  } catch (error) {
    // Of two that start at once under one id the store refuses the second: it joins the first.
    const isTaken = error instanceof EndSessionError && error.code === "ERR_STORE_UNAVAILABLE";
    const first = isTaken ? await startedBefore(context, input) : null;
    if (first) return first;
    throw error;
  }
}

async function startedBefore(
  context: Context,
  { tenantId, userId, external }: ExternalInput,
): Promise<Credentials | null> {
  const found = await resolve(context, tenantId, { kind: "external", token: external });
  if (found.outcome !== "found") return null;
  const { record } = found;
  if (record.userId !== userId || !judge(record, context.clock.now()).live) {
    throw new EndSessionError(
      "ERR_SESSION_ENDED",
      "The external id stood for a session that has ended, or for another user's. Give a new id.",
    );
  }
  return {
    session: toSession(record),
    sessionToken: null,
    refreshToken: null,
    accessToken: null,
    expiresIn: null,
    rememberMeToken: null,
    rememberMeExpiresAt: null,
  };
}
