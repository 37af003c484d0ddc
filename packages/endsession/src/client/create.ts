/** The client: one session, shared by all tabs of the origin, and nothing left of it at its end. */
import { ask, asking, limit, refusalOf, sending, type SessionJson, toSession } from "./ask.ts";
import { hangCurtain } from "./curtain.ts";
import { listen } from "./events.ts";
import { type IdleTimer, watchIdle } from "./idle.ts";
import { end, finishKept } from "./logout.ts";
import { clear, leftovers } from "./manifest.ts";
import { numberOfEnds, type Over, read, write } from "./notes.ts";
import { revoke, type Verdict } from "./revoke.ts";
import { allowed } from "./redirect.ts";
import { openTabs, type Tabs, type Word } from "./tabs.ts";
import type {
  Client,
  ClientOptions,
  ClientSession,
  ClientState,
  LogoutOptions,
  LogoutResult,
  SignedOutReason,
  Status,
} from "./types.ts";

/** The pauses between two tries to confirm an end, in milliseconds. */
const pauses = [2000, 5000, 15_000, 60_000];
/** How long no tab may have been open before the browser counts as closed, in milliseconds. */
const closedAfter = 60_000;
/** How soon to ask again while a newer cookie is on its way, in milliseconds. */
const renewalPause = 200;
/** The type of the problem that a fresh proof of identity answers. */
const proofDemanded = "urn:endsession:problem:reauth-required";
/** The longest delay that timers take. */
const longestDelay = 2 ** 31 - 1;

const beginning: ClientState = {
  status: "loading",
  session: null,
  reason: null,
  message: null,
  leftovers: [],
  devicesChanged: 0,
  idleWarning: null,
};

const here = "You are signed out on this device. ";
/** What people are told of an end that the server has not confirmed. */
const messages = {
  current: `${here}The server could not confirm it yet, and is told as soon as it can be reached.`,
  all: `${here}Your other devices may still be signed in: sign in again to sign them out.`,
  refused: `${here}The server refused to end the session: tell whoever runs this site.`,
};

/**
 * Makes the client of an origin's tab; `start` sets it going.
 *
 * ```ts
 * const client = createClient({ manifest: { localStorage: ["cart"] }, redirectTo: "/login" });
 * await client.start();
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  const { basePath: url = "", manifest = {} } = options;
  const listeners = new Set<(state: ClientState) => void>();
  let state = beginning;
  let started: Promise<ClientState> | null = null;
  let underWay = new AbortController();
  const stops: (() => void)[] = [];
  /** Those that live as long as the session. */
  const sessionStops: (() => void)[] = [];
  let idle: IdleTimer | null = null;
  /** The end that this client has seen last: a check that began before it tells nothing. */
  let seen = 0;
  let tries = 0;
  /** Why, as a request was told whose answer has deleted the cookie that could be asked with. */
  let hint: SignedOutReason = "not_signed_in";
  /** An end for which no ticket was at hand: only the cookie can tell what is to end. */
  let byCookie = false;
  let ending: Promise<LogoutResult> | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const set = (change: Partial<ClientState>): ClientState => {
    state = { ...state, ...change };
    for (const listener of listeners) {
      try {
        listener(state);
      } catch (error) {
        reportError(error);
      }
    }
    return state;
  };

  const tabs: Pick<Tabs, "tell"> = { tell: () => undefined };

  /** Shuts what belongs to the session, and aborts what is under way: no late answer is heard. */
  const leave = (change: Partial<ClientState>): void => {
    for (const stop of sessionStops.splice(0)) stop();
    idle = null;
    underWay.abort(new DOMException("The session has ended.", "AbortError"));
    underWay = new AbortController();
    set({ session: null, idleWarning: null, ...change });
  };

  /** Somebody else has ended it: this device only follows. */
  const follow = async (reason: SignedOutReason): Promise<void> => {
    if (state.status === "signed-out" || state.status === "signing-out") return;
    const wasIn = state.status === "signed-in";
    // Another tab may be waiting for the server still.
    const pending = read("kept") !== null;
    leave({ status: pending ? "signing-out" : "signed-out", reason, message: null });
    if (pending) retry();
    if (!wasIn) return;
    await clear(manifest);
    set({ leftovers: await leftovers(manifest) });
    go(options.redirectTo);
  };

  const enter = (session: ClientSession, ticket: string | null): ClientState => {
    const same = state.session?.id === session.id;
    hint = "not_signed_in";
    if (ticket !== null) write("ticket", { url, sessionId: session.id, ticket });
    set({ status: "signed-in", session, reason: null, message: null });
    if (same) return state;
    for (const stop of sessionStops.splice(0)) stop();
    set({ leftovers: [] });
    const untilEnd = Math.min(longestDelay, Math.max(0, session.expiresAt - Date.now()) + 500);
    const timer = setTimeout(() => void check(), untilEnd);
    sessionStops.push(() => clearTimeout(timer));
    if (options.events !== false) {
      const changed = (): void => void set({ devicesChanged: state.devicesChanged + 1 });
      const over = (): void => {
        tabs.tell("look");
        void check();
      };
      const told = (): void => {
        tabs.tell("look");
        changed();
      };
      sessionStops.push(listen({ url, over, changed: told }));
    }
    if (options.idle) {
      idle = watchIdle(options.idle, {
        warn: (idleWarning) => void set({ idleWarning }),
        end: () => void endHere("expired_idle", {}),
        active: () => void ask(url, true),
      });
      sessionStops.push(() => idle?.stop());
    }
    return state;
  };

  /** Asks the server, and believes it unless something has ended meanwhile. */
  const check = async (activity = false, patience = 15): Promise<ClientState> => {
    const number = numberOfEnds();
    const word = await ask(url, activity);
    if (numberOfEnds() !== number) return check(activity);
    if (word.is === "over" && word.renewed && patience > 0) {
      await new Promise((resolve) => setTimeout(resolve, renewalPause));
      return check(activity, patience - 1);
    }
    const over = read("over");
    seen = number;
    if (state.status === "signing-out") return state;
    if (word.is === "live") {
      return over && isOf(over, word.session) ? lock(over) : enter(word.session, word.ticket);
    }
    if (word.is === "over") await follow(word.reason === "not_signed_in" ? hint : word.reason);
    else if (over && state.status === "loading") lock(over);
    return state;
  };

  /** It was ended on this device, and the server does not know it yet. */
  const lock = ({ sessionId, reason }: Over): ClientState => {
    byCookie = sessionId === null;
    leave({
      status: "signed-out-locally",
      reason: reason as SignedOutReason,
      message: messages.current,
    });
    retry();
    return state;
  };

  const heard = (word: Word): void => {
    if (word === "look") {
      set({ devicesChanged: state.devicesChanged + 1 });
      if (state.status !== "loading") void check();
      return;
    }
    const over = read("over");
    if (over?.number === seen && seen > 0) return;
    seen = over?.number ?? seen;
    // Without a note (storage is blocked) the word itself must do: it can only end.
    const mine = !over?.sessionId || over.sessionId === state.session?.id;
    if (mine && state.status === "signed-in") {
      void follow((over?.reason ?? "logged_out") as SignedOutReason);
    }
  };

  /** Until the server has confirmed every end. */
  const retry = (now = false): void => {
    clearTimeout(retryTimer);
    if (!byCookie && read("kept") === null && state.status !== "signing-out") return;
    const pause = now ? 0 : (pauses[Math.min(tries, pauses.length - 1)] ?? 0);
    tries += 1;
    retryTimer = setTimeout(() => void tryAgain(), pause);
  };

  const tryAgain = async (): Promise<void> => {
    if (byCookie) {
      byCookie = (await revoke({ url, ticket: null, scope: "current" })) === "unknown";
    }
    const done = (await finishKept()) && !byCookie;
    if (done) tries = 0;
    else retry();
    if (state.status !== "signed-out-locally" && state.status !== "signing-out") return;
    if (ending) return;
    if (done) set({ status: "signed-out", message: null });
    else set({ status: "signed-out-locally", message: messages.current });
  };

  const go = (to: string | null | undefined): void => {
    const target = allowed(to, options.redirects ?? []);
    if (target === null) return;
    if (options.navigate) options.navigate(target);
    else location.assign(target);
  };

  const endHere = (reason: SignedOutReason, how: LogoutOptions): Promise<LogoutResult> =>
    (ending ??= endNow(reason, how).finally(() => {
      ending = null;
    }));

  const endNow = async (
    reason: SignedOutReason,
    { scope = "current", redirectTo = options.redirectTo ?? null }: LogoutOptions,
  ): Promise<LogoutResult> => {
    leave({ status: "signing-out", reason: null, message: null });
    const reach = scope === "all" ? scope : "current";
    const { verdict, ticket } = await end({ basePath: url, manifest, scope: reach }, () =>
      tabs.tell("over"),
    );
    seen = numberOfEnds();
    const result = told(verdict, reach);
    set({ ...result, reason, leftovers: await leftovers(manifest) });
    byCookie = verdict === "unknown" && ticket === null;
    if (verdict === "unknown") retry();
    go(redirectTo);
    return { ...result, confirmed: verdict === "confirmed" };
  };

  const call = async (path: string, init: RequestInit, proven = false): Promise<Response> => {
    const answer = await client.fetch(`${url}${path}`, { ...asking, ...init, signal: limit() });
    if (answer.ok) return answer;
    const { type, detail } = (await answer.json().catch(() => ({}))) as Record<string, string>;
    if (type === proofDemanded && !proven && (await options.reauthenticate?.())) {
      // The session goes on under a new id, with a new ticket.
      await check();
      return call(path, init, true);
    }
    throw new Error(detail ?? `The server answered ${answer.status}. Try again in a moment.`);
  };

  const begin = async (): Promise<ClientState> => {
    const line = openTabs(heard);
    tabs.tell = (word) => line.tell(word);
    const onVisible = (): void => {
      if (document.visibilityState !== "visible") return;
      if (read("over")) heard("over");
      retry(true);
      if (state.status === "signed-in") void check();
    };
    const onOnline = (): void => retry(true);
    document.addEventListener("visibilitychange", onVisible);
    addEventListener("online", onOnline);
    const raise = hangCurtain(async () => {
      if (read("over")) heard("over");
      const { status } = await check();
      if (status === "signed-in") return true;
      // A page without a router shows what it showed: it is left, or loaded anew.
      if (options.redirectTo === undefined && !options.navigate) location.reload();
      return options.navigate !== undefined;
    });
    stops.push(
      () => line.close(),
      () => document.removeEventListener("visibilitychange", onVisible),
      () => removeEventListener("online", onOnline),
      raise,
    );
    if (options.endOnClose) stops.push(watchClosing());
    const closed = options.endOnClose === true && isClosed();
    write("open", Date.now());
    retry(true);
    if (closed) await endHere("logged_out", { redirectTo: null });
    return check();
  };

  const client: Client = {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => (started ??= begin()),
    async signedIn() {
      byCookie = false;
      set({ status: "loading", reason: null, message: null, leftovers: [] });
      const now = await check();
      tabs.tell("look");
      return now;
    },
    check: () => check(),
    async logout(logoutOptions = {}) {
      if (logoutOptions.scope !== "others") return endHere("logged_out", logoutOptions);
      try {
        const body = JSON.stringify({ keep_current: true });
        await call("/logout/all", { method: "POST", headers: sending, body });
        await check();
        return { confirmed: true, status: state.status, message: null };
      } catch (error) {
        return { confirmed: false, status: state.status, message: (error as Error).message };
      }
    },
    async fetch(input, init = {}) {
      const { signal } = underWay;
      const own = init.signal ?? (input instanceof Request ? input.signal : null);
      const answer = await fetch(input, {
        ...init,
        signal: own ? AbortSignal.any([own, signal]) : signal,
      });
      signal.throwIfAborted();
      if (answer.status === 401 && state.status === "signed-in") {
        const { reason } = await refusalOf(answer);
        // Another application's 401 says nothing of this session: the server is asked.
        if (reason !== "not_signed_in") hint = reason;
        if (reason !== "not_signed_in" || isOurs(answer)) void check();
      }
      return answer;
    },
    async devices() {
      const answer = await call("/sessions", {});
      const { sessions } = (await answer.json()) as { readonly sessions: readonly SessionJson[] };
      return sessions.map(toSession);
    },
    async endDevice(sessionId) {
      await call(`/sessions/${encodeURIComponent(sessionId)}`, { method: "DELETE" });
      set({ devicesChanged: state.devicesChanged + 1 });
      tabs.tell("look");
      if (sessionId === state.session?.id) await check();
    },
    async stayActive() {
      idle?.touch();
      await check(true);
    },
    stop() {
      for (const stop of [...sessionStops.splice(0), ...stops.splice(0)]) stop();
      clearTimeout(retryTimer);
      started = null;
    },
  };

  const isOurs = (answer: Response): boolean =>
    answer.headers.get("content-type")?.startsWith("application/problem+json") === true;
  return client;
}

/** Whether it is this session that was ended here, and not one that was begun since. */
function isOf({ sessionId, at }: Over, session: ClientSession): boolean {
  return sessionId === null ? session.createdAt <= at : sessionId === session.id;
}

function told(
  verdict: Verdict,
  scope: "current" | "all",
): { readonly status: Status; readonly message: string | null } {
  if (verdict === "confirmed") return { status: "signed-out", message: null };
  if (scope === "all") {
    // Its own session was over already, or will be: the others are what is not known.
    const status = verdict === "refused" ? "signed-out" : "signed-out-locally";
    return { status, message: messages.all };
  }
  const message = verdict === "refused" ? messages.refused : messages.current;
  return { status: "signed-out-locally", message };
}

function isClosed(): boolean {
  const open = read("open");
  return open !== null && Date.now() - open > closedAfter;
}

/** Notes that a tab is open. The end of the last one cannot be told when it happens, only later. */
function watchClosing(): () => void {
  const timer = setInterval(() => write("open", Date.now()), 5000);
  return () => clearInterval(timer);
}
