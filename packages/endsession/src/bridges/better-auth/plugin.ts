/**
 * better-auth on the truth of endsession: its session tokens stand for sessions of ours. Unbridged,
 * a sign-out answers success when the database refused it, its cookie cache goes on believing what
 * was revoked, "revoke all" misses sessions, and a new password leaves the other devices signed in.
 */
import type { EndSession } from "../../endsession.ts";
import { bind } from "../bound.ts";
import { bridged, type InternalAdapter } from "./adapter.ts";
import { authorizationToken, tokenOfCookie, withoutCookies } from "./request.ts";
import { library } from "./start.ts";
import { unavailable } from "./unavailable.ts";

/** What a hook is called with. `context` is of this request alone. */
interface HookContext {
  readonly path?: string;
  readonly headers?: Headers;
  readonly body?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly context: {
    readonly authCookies: Record<"sessionToken" | "sessionData", { readonly name: string }>;
    internalAdapter: InternalAdapter;
  };
}

interface Hook {
  (input: unknown): Promise<{ readonly headers: null; readonly response: object }>;
  readonly options: Record<never, never>;
}

/** A plugin of better-auth. */
export interface EndSessionPlugin {
  readonly id: "endsession";
  readonly init: () => { readonly options: object };
  readonly hooks: {
    readonly before: { readonly matcher: () => boolean; readonly handler: Hook }[];
  };
}

/**
 * The plugin: `betterAuth({ plugins: [endsessionPlugin(endsession)] })`. Sessions start with
 * better-auth's and end with them, whichever route or plugin ends them, and what ended in endsession
 * is over for better-auth, cookie cache included. A change or reset of a password ends the other
 * sessions. When the truth cannot be asked, or an end is not sure, the answer is 503.
 */
export function endsessionPlugin(
  endsession: EndSession,
  { tenantId }: { readonly tenantId?: string } = {},
): EndSessionPlugin {
  const bound = bind(endsession, library, tenantId);
  async function before(hook: HookContext): Promise<object> {
    const { path, headers = new Headers(), context } = hook;
    const { sessionToken, sessionData } = context.authCookies;
    context.internalAdapter = bridged(endsession, bound, context.internalAdapter, tenantId);
    const cookie = headers.get("cookie") ?? "";
    const token = tokenOfCookie(cookie, sessionToken.name);
    const bearer = authorizationToken(headers);
    if (path === "/sign-out") {
      // Before better-auth, which says success whatever became of its own deletion.
      const ended = [token, bearer].flatMap((one) => (one === null ? [] : bound.presented(one)));
      await endsession.sessions.end(ended, tenantId === undefined ? {} : { tenantId });
    }
    const found = token === null ? null : await bound.find(token);
    if (path === "/revoke-other-sessions" && found?.outcome === "live") {
      const { userId, tenantId: tenant, id } = found.session;
      const all = await endsession.sessions.list({ userId, tenantId: tenant });
      const others = all.filter((one) => one.id !== id);
      await Promise.all(
        others.map((one) => endsession.sessions.endOne({ ...one, sessionId: one.id })),
      );
    }
    // A token in a header makes better-auth look into the cookie cache as well.
    const query = bearer === null ? {} : { query: { ...hook.query, disableCookieCache: true } };
    const all =
      path === "/change-password" ? { body: { ...hook.body, revokeOtherSessions: true } } : {};
    if (found === null || found.outcome === "live") return { context: { ...query, ...all } };
    const left = withoutCookies(cookie, [sessionToken.name, sessionData.name]);
    return { context: { ...query, ...all, headers: new Headers({ cookie: left }) } };
  }
  const handler = async (input: unknown): ReturnType<Hook> => {
    const response = await before(input as HookContext).catch(unavailable);
    return { headers: null, response };
  };
  return {
    id: "endsession",
    init: () => ({ options: { emailAndPassword: { revokeSessionsOnPasswordReset: true } } }),
    hooks: { before: [{ matcher: () => true, handler: Object.assign(handler, { options: {} }) }] },
  };
}
