/** For Next.js 16: what server components and server actions call. */
import type { EndedUser } from "../core/end-user.ts";
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { GuardOptions } from "../http/guard.ts";
import type { RequestHead } from "../http/settings.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";
import type { EndScope, Receipt } from "../protocol/receipt.ts";
import * as plain from "./fetch.ts";
import { type CookieStoreLike, storeCookies } from "./next-cookies.ts";
import { headOf } from "./next-head.ts";
import { opened, type Opening } from "./visit.ts";

/** The module `next/headers`, as much of it as is used. */
export interface NextHeaders {
  headers(): Promise<{ get(name: string): string | null; entries(): Iterable<[string, string]> }>;
  cookies(): Promise<CookieStoreLike>;
}

/** What {@link actions} gives. All but `currentSession` set cookies, which components cannot. */
export interface Actions {
  /**
   * The live session of the request; null for nobody. Spends no remember-me token: that is what
   * `proxy` is for. Rejects with `ERR_STORE_UNAVAILABLE` when that cannot be said.
   */
  readonly currentSession: (options?: Omit<GuardOptions, "remember">) => Promise<Session | null>;
  /** Starts a session for a user whom the application has verified. */
  readonly signIn: (options: SignInOptions) => Promise<Session>;
  /** Ends the session of this device, or more. Rejects when that is not known to have happened. */
  readonly logout: (options?: { readonly scope?: EndScope }) => Promise<Receipt>;
  /** Reports what happened to the account of a session, and renews that. */
  readonly securityEvent: (
    session: Session,
    event: { readonly type: SecurityEventType },
  ) => Promise<EndedUser>;
  /** Ends the other sessions of the user, and renews this one. */
  readonly endOthers: (session: Session) => Promise<EndedUser>;
  /** Renews a session whose person has just proved anew who they are. */
  readonly reauthenticate: (session: Session, methods: readonly string[]) => Promise<Credentials>;
}

/** Functions for server components and server actions. `from` is the module `next/headers`. */
export function actions(of: Opening, from: NextHeaders): Actions {
  const head = async (): Promise<RequestHead> =>
    headOf({ method: "POST", headers: await from.headers() });
  const store = async <Result extends plain.WithCookies>(result: Result): Promise<Result> => {
    if (result.cookies.length > 0) storeCookies(await from.cookies(), result.cookies);
    return result;
  };
  return {
    async currentSession(options) {
      const unremembered = { ...options, remember: false };
      return (await plain.currentSession(await opened(of), await head(), unremembered)).session;
    },
    async signIn(options) {
      return (await store(await plain.signIn(await opened(of), await head(), options))).session;
    },
    async logout({ scope = "current" } = {}) {
      const { handler, http } = await opened(of);
      const { url } = await head();
      const headers = new Headers([...(await from.headers()).entries()]);
      for (const name of ["content-length", "transfer-encoding"]) headers.delete(name);
      headers.set("accept", "application/json");
      headers.set("content-type", "application/json");
      const to = new URL(`${http.settings.basePath}/logout`, url);
      const init = { method: "POST", headers, body: JSON.stringify({ scope }) };
      const answer = await handler.fetch(new Request(to, init));
      await store({ cookies: answer.headers.getSetCookie() });
      const said = (await answer.json()) as { receipt?: Receipt; detail?: string };
      if (said.receipt) return said.receipt;
      throw new Error(said.detail, { cause: said });
    },
    securityEvent: async (session, event) =>
      store(await plain.securityEvent(await opened(of), await head(), session, event)),
    endOthers: async (session) =>
      store(await plain.endOthers(await opened(of), await head(), session)),
    reauthenticate: async (session, methods) =>
      (await store(await plain.reauthenticate(await opened(of), await head(), session, methods)))
        .credentials,
  };
}
