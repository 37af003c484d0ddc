/** Starts a session, once the application has found out who it is. */
import type { Mark, StartSession } from "./acts.ts";
import type { Actor } from "./audit.ts";
import type { Context } from "./context.ts";
import { describeDevice } from "./device.ts";
import { selectorsOf } from "./end.ts";
import { EndSessionError } from "./errors.ts";
import { type Credentials, handOut, mintSession } from "./mint.ts";
import { type Presented, resolve, resolveAny } from "./resolve.ts";
import type { RequestFacts } from "./settings.ts";

/** What {@link startSession} takes. */
export interface StartInput {
  readonly tenantId: string;
  /** The application's id of the user. */
  readonly userId: string;
  /** How the person proved who they are (RFC 8176), such as `["pwd"]`. */
  readonly methods: readonly string[];
  /**
   * Where the ends stood before the credentials were checked, from `sessions.mark()`. With it, a
   * sign-in that overlaps a logout everywhere or a change of password is refused (I5).
   */
  readonly after: Mark | null;
  /** Whether the session gets a cookie. */
  readonly cookie: boolean;
  /** The id by which another library knows the session (default none). */
  readonly external?: string | null;
  /** Whether it gets refresh and access tokens, and for which client. */
  readonly tokens: false | { readonly clientId: string | null };
  /** Whether the device is to be remembered. */
  readonly rememberMe: boolean;
  /** What the device still presents; those sessions end (SS-03). */
  readonly presented: readonly Presented[];
  /** The refresh tokens that its browser keeps in a cookie (default none); those sessions end. */
  readonly refreshTokens?: readonly string[];
  /** The remember-me tokens that the device still presents; their series end. */
  readonly rememberMeTokens: readonly string[];
  readonly request: RequestFacts;
  readonly actor: Actor;
}

/**
 * Starts a session. Throws `ERR_CREDENTIALS_CHANGED` when the user's sessions were ended since
 * the mark, and `ERR_STORE_UNAVAILABLE` when the store cannot say that the session is written.
 */
export async function startSession(context: Context, input: StartInput): Promise<Credentials> {
  const { truth, clock, settings } = context;
  const { tenantId, userId, request, actor } = input;
  checkId("userId", userId);
  checkId("tenantId", tenantId);
  const now = clock.now();
  const place = request.address === null ? null : await settings.place(request.address);
  const { session, secrets } = mintSession(
    context,
    {
      tenantId,
      userId,
      createdAt: now,
      authenticatedAt: now,
      methods: input.methods,
      device: describeDevice(request),
      place: place?.slice(0, 200) ?? null,
      actor,
      address: request.address,
    },
    input,
  );
  const start: StartSession = {
    kind: "start",
    session,
    after: input.after,
    replaces: await sessionIds(context, input),
    forgets: selectorsOf(input.rememberMeTokens),
    limit: settings.sessionLimit,
  };
  const [started] = await truth.commit([start]);
  if (started.outcome === "credentials_changed") {
    throw new EndSessionError(
      "ERR_CREDENTIALS_CHANGED",
      "The sessions of this user were ended while the sign-in was under way. Sign in again.",
    );
  }
  return handOut(context, started.record, secrets);
}

/** The ids of the sessions that a device presents. */
async function sessionIds(
  context: Context,
  { tenantId, presented, refreshTokens = [] }: StartInput,
): Promise<string[]> {
  const found = await Promise.all([
    ...presented.map((one) => resolve(context, tenantId, one)),
    ...refreshTokens.map((token) => resolveAny(context, tenantId, token)),
  ]);
  return found.flatMap((one) => (one.outcome === "found" ? [one.record.id] : []));
}

function checkId(name: string, id: string): void {
  // Ids come back in headers and logs, where control characters would do harm.
  // Lone surrogates would be written as one and the same replacement character.
  if (typeof id === "string" && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(id)) return;
  throw new TypeError(
    `"${name}" must be a text of 1 to 255 characters without control characters.`,
  );
}
