/** The client: one session, shared by all tabs of the origin, and nothing left of it at its end. */
import { ask, asking, limit, sending, type SessionJson, toSession } from "./ask.ts";
import { stayOpen, wasClosed } from "./closing.ts";
import { Door } from "./door.ts";
import { hangCurtain } from "./curtain.ts";
import { Finisher } from "./finisher.ts";
import { end } from "./logout.ts";
import { clear, leftovers } from "./manifest.ts";
import { numberOfEnds, type Over, read, write } from "./notes.ts";
import { messages, outcomeOf } from "./outcome.ts";
import { follow, type Presence } from "./presence.ts";
import { allowed } from "./redirect.ts";
import { RequestError } from "./request-error.ts";
import { openTabs, type Tabs, type Word } from "./tabs.ts";
import type {
  Client,
  ClientOptions,
  ClientSession,
  ClientState,
  LogoutOptions,
  LogoutResult,
  SignedOutReason,
} from "./types.ts";

/**
 * Makes the client of an origin's tab; `start` sets it going.
 *
 * ```ts
 * const client = createClient({ manifest: { localStorage: ["cart"] }, redirectTo: "/login" });
 * await client.start();
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  return new TabClient(options);
}

const beginning: ClientState = {
  status: "loading",
  session: null,
  reason: null,
  message: null,
  leftovers: [],
  devicesChanged: 0,
  idleWarning: null,
};

/** How soon to ask again while a newer cookie is on its way, in milliseconds, and how often. */
const renewalPause = 200;
const renewalTries = 15;

class TabClient implements Client {
  readonly fetch: typeof globalThis.fetch = (input, init) => this.#fetch(input, init);
  readonly #is: ClientOptions;
  readonly #door: Door;
  readonly #listeners = new Set<(state: ClientState) => void>();
  readonly #finisher: Finisher;
  readonly #stops: (() => void)[] = [];
  #state = beginning;
  #started: Promise<ClientState> | null = null;
  #tabs: Tabs | null = null;
  #presence: Presence | null = null;
  #ending: Promise<LogoutResult> | null = null;
  /** Aborts what is under way when the session ends: no late answer fills anything. */
  #underWay = new AbortController();
  /** The number of the end that was seen last. */
  #seen = 0;

  constructor(options: ClientOptions) {
    this.#is = options;
    this.#door = new Door(options.basePath ?? "", options.bearer ?? false);
    this.#finisher = new Finisher(this.#door.url, (done) => this.#tried(done));
  }

  getState(): ClientState {
    return this.#state;
  }

  subscribe(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): Promise<ClientState> {
    return (this.#started ??= this.#begin());
  }

  async signedIn(): Promise<ClientState> {
    this.#finisher.byCookie = false;
    this.#set({ status: "loading", reason: null, message: null, leftovers: [] });
    const state = await this.check();
    this.#tabs?.tell("look");
    return state;
  }

  check(): Promise<ClientState> {
    return this.#check(false);
  }

  async logout(how: LogoutOptions = {}): Promise<LogoutResult> {
    if (how.scope !== "others") return this.#endHere("logged_out", how);
    try {
      await this.#call("POST", "/logout/all", { keep_current: true });
      const { status } = await this.check();
      return { confirmed: true, status, message: null };
    } catch (error) {
      const { status } = this.#state;
      return { confirmed: false, status, message: (error as Error).message };
    }
  }

  async devices(): Promise<readonly ClientSession[]> {
    const answer = await this.#call("GET", "/sessions");
    const { sessions } = (await answer.json()) as { readonly sessions: readonly SessionJson[] };
    return sessions.map(toSession);
  }

  async endDevice(sessionId: string): Promise<void> {
    await this.#call("DELETE", `/sessions/${encodeURIComponent(sessionId)}`);
    this.#changed();
    if (sessionId === this.#state.session?.id) await this.check();
  }

  async stayActive(): Promise<void> {
    this.#presence?.touch();
    await this.#check(true);
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#presence?.stop();
    this.#presence = null;
    this.#finisher.stop();
    this.#started = null;
  }

  async #begin(): Promise<ClientState> {
    const tabs = openTabs((word) => this.#heard(word));
    this.#tabs = tabs;
    const onVisible = (): void => {
      if (document.visibilityState !== "visible") return;
      this.#readNotes();
      this.#finisher.now();
      if (this.#state.status === "signed-in") void this.check();
    };
    const onOnline = (): void => this.#finisher.now();
    document.addEventListener("visibilitychange", onVisible);
    addEventListener("online", onOnline);
    this.#stops.push(
      () => tabs.close(),
      () => document.removeEventListener("visibilitychange", onVisible),
      () => removeEventListener("online", onOnline),
      hangCurtain(() => this.#mayBeSeen()),
    );
    const closed = this.#is.endOnClose === true && wasClosed();
    if (this.#is.endOnClose) this.#stops.push(stayOpen());
    this.#finisher.now();
    if (closed) await this.#endHere("logged_out", { redirectTo: null });
    return this.check();
  }

  /** Asks the server, and believes it unless something has ended meanwhile. */
  async #check(activity: boolean, tries: number = renewalTries): Promise<ClientState> {
    const number = numberOfEnds();
    const word = await ask(this.#door, activity);
    if (numberOfEnds() !== number) return this.#check(activity);
    if (word.is === "over" && word.renewed && tries > 0) {
      this.#door.shut();
      await new Promise((resolve) => setTimeout(resolve, renewalPause));
      return this.#check(activity, tries - 1);
    }
    const over = read("over");
    this.#seen = number;
    if (this.#state.status === "signing-out") return this.#state;
    if (word.is === "live") {
      if (over && isOf(over, word.session)) this.#lock(over);
      else await this.#enter(word.session, word.ticket);
    } else if (word.is === "over") await this.#leaveAfter(word.reason);
    else if (over && this.#state.status === "loading") this.#lock(over);
    return this.#state;
  }

  async #enter(session: ClientSession, ticket: string | null): Promise<void> {
    const { id: sessionId, userId } = session;
    // Somebody else has signed in meanwhile, in whichever tab: nothing of the one before stays.
    const before = this.#state.session?.userId ?? read("ticket")?.userId ?? userId;
    if (before !== userId) {
      this.#leave({ status: "loading" });
      await clear(this.#is.manifest ?? {});
    }
    if (ticket !== null) write("ticket", { url: this.#door.url, sessionId, userId, ticket });
    const same = this.#state.session?.id === sessionId;
    this.#set({ status: "signed-in", session, reason: null, message: null });
    if (same) return;
    this.#presence?.stop();
    this.#set({ leftovers: [] });
    this.#presence = follow(this.#door, session, this.#is, {
      over: () => {
        this.#tabs?.tell("look");
        void this.check();
      },
      changed: () => this.#changed(),
      idle: {
        warn: (idleWarning) => this.#set({ idleWarning }),
        end: () => void this.#endHere("expired_idle", {}),
        active: () => void ask(this.#door, true),
      },
    });
  }

  /** Shuts what belongs to the session. */
  #leave(change: Partial<ClientState>): void {
    this.#presence?.stop();
    this.#presence = null;
    this.#underWay.abort(new DOMException("The session has ended.", "AbortError"));
    this.#underWay = new AbortController();
    this.#door.shut();
    this.#set({ session: null, idleWarning: null, ...change });
  }

  /** Somebody else has ended it, or time has: this device only follows. */
  async #leaveAfter(reason: SignedOutReason): Promise<void> {
    const { status } = this.#state;
    if (status === "signed-out" || status === "signing-out") return;
    // Another tab may be waiting for the server still.
    const { pending } = this.#finisher;
    this.#leave({ status: pending ? "signing-out" : "signed-out", reason, message: null });
    if (pending) this.#finisher.later();
    // Also what was left by a session that ended while no page was open.
    if (status !== "signed-in" && read("ticket") === null) return;
    write("ticket", null);
    await this.#clear();
    if (status === "signed-in") this.#go(this.#is.redirectTo);
  }

  /** It was ended on this device, and the server does not know it yet. */
  #lock({ sessionId, reason }: Over): void {
    this.#finisher.byCookie = sessionId === null;
    const message = messages.current;
    this.#leave({ status: "signed-out-locally", reason: reason as SignedOutReason, message });
    this.#finisher.later();
  }

  #endHere(reason: SignedOutReason, how: LogoutOptions): Promise<LogoutResult> {
    this.#ending ??= this.#end(reason, how).finally(() => {
      this.#ending = null;
    });
    return this.#ending;
  }

  async #end(
    reason: SignedOutReason,
    { scope, redirectTo = this.#is.redirectTo ?? null }: LogoutOptions,
  ): Promise<LogoutResult> {
    // Before anything else: from here on nothing private is shown.
    this.#leave({ status: "signing-out", reason: null, message: null });
    const { manifest = {} } = this.#is;
    const reach = scope === "all" ? scope : "current";
    const { verdict, ticket } = await end(
      { basePath: this.#door.url, manifest, scope: reach },
      () => this.#tabs?.tell("over"),
    );
    this.#seen = numberOfEnds();
    const result = outcomeOf(verdict, reach);
    this.#set({ ...result, reason, leftovers: await leftovers(manifest) });
    this.#finisher.byCookie = verdict === "unknown" && ticket === null;
    if (verdict === "unknown") this.#finisher.later();
    this.#go(redirectTo);
    return { ...result, confirmed: verdict === "confirmed" };
  }

  #tried(done: boolean): void {
    const { status } = this.#state;
    const waits = status === "signed-out-locally" || status === "signing-out";
    if (!waits || this.#ending) return;
    if (done) this.#set({ status: "signed-out", message: null });
    else this.#set({ status: "signed-out-locally", message: messages.current });
  }

  #heard(word: Word): void {
    if (word === "over") return this.#readNotes(true);
    this.#changed(false);
    if (this.#state.status !== "loading") void this.check();
  }

  /** Has anything ended in another tab? Without notes (storage is blocked) its word must do. */
  #readNotes(told = false): void {
    const over = read("over");
    if (over ? over.number === this.#seen : !told) return;
    this.#seen = over?.number ?? this.#seen;
    const mine = !over?.sessionId || over.sessionId === this.#state.session?.id;
    if (!mine || this.#state.status !== "signed-in") return;
    void this.#leaveAfter((over?.reason ?? "logged_out") as SignedOutReason);
  }

  /** A page is back: is its session still live? */
  async #mayBeSeen(): Promise<boolean> {
    this.#readNotes();
    const { status } = await this.check();
    if (status === "signed-in") return true;
    // A page without a router shows what it showed: it is left, or loaded anew.
    const { navigate, redirectTo } = this.#is;
    if (redirectTo === undefined && !navigate) location.reload();
    return navigate !== undefined;
  }

  async #fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const { signal } = this.#underWay;
    const own = init.signal ?? (input instanceof Request ? input.signal : null);
    const answer = await this.#door.fetch(input, {
      ...init,
      signal: own ? AbortSignal.any([own, signal]) : signal,
    });
    signal.throwIfAborted();
    // A 401 of something else says nothing of this session; the server is asked.
    if (answer.status === 401 && this.#state.status === "signed-in") void this.check();
    return answer;
  }

  async #call(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await this.#fetch(`${this.#door.url}${path}`, {
      ...asking,
      method,
      signal: limit(),
      ...(body !== undefined && { body: JSON.stringify(body), headers: sending }),
    });
    if (answer.ok) return answer;
    throw await RequestError.of(answer);
  }

  async #clear(): Promise<void> {
    const { manifest = {} } = this.#is;
    await clear(manifest);
    this.#set({ leftovers: await leftovers(manifest) });
  }

  #changed(tell: boolean = true): void {
    this.#set({ devicesChanged: this.#state.devicesChanged + 1 });
    if (tell) this.#tabs?.tell("look");
  }

  #go(to: string | null | undefined): void {
    const target = allowed(to, this.#is.redirects ?? []);
    if (target === null) return;
    if (this.#is.navigate) this.#is.navigate(target);
    else location.assign(target);
  }

  #set(change: Partial<ClientState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) {
      try {
        listener(this.#state);
      } catch (error) {
        reportError(error);
      }
    }
  }
}

/** Whether it is this session that was ended here, and not one that was begun since. */
function isOf({ sessionId, at }: Over, session: ClientSession): boolean {
  return sessionId === null ? session.createdAt <= at : sessionId === session.id;
}
