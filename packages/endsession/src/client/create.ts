/** The client: one session, shared by all tabs of the origin, and nothing left of it at its end. */
import { ask, refusalOf } from "./ask.ts";
import { stayOpen, wasClosed } from "./closing.ts";
import { fall, hangCurtain } from "./curtain.ts";
import { Finisher } from "./finisher.ts";
import { end } from "./logout.ts";
import { clear, leftovers, type Manifest, ofPage } from "./manifest.ts";
import { numberOfEnds, type Over, read, settle, write } from "./notes.ts";
import { endByCookie, isOf } from "./over.ts";
import { messages, outcomeOf } from "./outcome.ts";
import { afterPause, pauses, renewalTries } from "./pauses.ts";
import { follow, type Presence } from "./presence.ts";
import { allowed } from "./redirect.ts";
import type { Verdict } from "./revoke.ts";
import { type Asking, endOne, endOthers, listSessions } from "./routes.ts";
import { State } from "./state.ts";
import { openTabs, type Tabs, type Word } from "./tabs.ts";
import { byCookie, type Door } from "./transport.ts";
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

class TabClient implements Client {
  readonly fetch: typeof globalThis.fetch = (input, init) => this.#fetch(input, init);
  readonly #is: ClientOptions;
  readonly #door: Door;
  readonly #manifest: Manifest;
  readonly #state = new State();
  readonly #finisher: Finisher;
  readonly #asking: Asking;
  readonly #stops: (() => void)[] = [];
  #started: Promise<ClientState> | null = null;
  #tabs: Tabs | null = null;
  #presence: Presence | null = null;
  #ending: Promise<LogoutResult> | null = null;
  #endsAll = false;
  /** Aborts what is under way when the session ends: no late answer fills anything. */
  #underWay = new AbortController();
  /** The number of the end that was seen last. */
  #seen = 0;
  /** How often somebody has signed in here: what an end that began before says is not of them. */
  #signIns = 0;
  /** Why, as a request was told whose answer has deleted the cookie that could be asked with. */
  #hint: SignedOutReason = "not_signed_in";
  /** Whether the last question to the server was answered. */
  #told = false;
  /** Whether the user's other devices were to be signed out, and perhaps are not. */
  #othersUnsure = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ClientOptions) {
    this.#is = options;
    this.#manifest = options.manifest ?? {};
    this.#door = { url: options.basePath ?? "", ...(options.transport ?? byCookie) };
    this.#asking = {
      url: this.#door.url,
      fetch: this.fetch,
      // The session goes on under a new id, with a new ticket.
      prove: async () =>
        (await options.reauthenticate?.()) === true && (await this.check()).status === "signed-in",
    };
    this.#finisher = new Finisher(
      (verdict) => this.#tried(verdict),
      () => endByCookie(this.#door),
    );
  }

  getState(): ClientState {
    return this.#state.now;
  }

  subscribe(listener: (state: ClientState) => void): () => void {
    return this.#state.subscribe(listener);
  }

  start(): Promise<ClientState> {
    return (this.#started ??= this.#begin());
  }

  async signedIn(): Promise<ClientState> {
    this.#finisher.byCookie = false;
    this.#ending = null;
    this.#othersUnsure = false;
    this.#signIns += 1;
    this.#state.set({ status: "loading", reason: null, message: null, leftovers: [] });
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
      await endOthers(this.#asking);
      const { status } = await this.check();
      return { confirmed: true, status, message: null };
    } catch (error) {
      const { status } = this.#state.now;
      return { confirmed: false, status, message: (error as Error).message };
    }
  }

  devices(): Promise<readonly ClientSession[]> {
    return listSessions(this.#asking);
  }

  async endDevice(sessionId: string): Promise<void> {
    await endOne(this.#asking, sessionId);
    this.#changed();
    if (sessionId === this.#state.now.session?.id) await this.check();
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
    clearTimeout(this.#timer);
    this.#started = null;
  }

  async #begin(): Promise<ClientState> {
    const tabs = openTabs((word) => this.#heard(word));
    this.#tabs = tabs;
    const back = (): void => {
      this.#finisher.now();
      if (document.visibilityState !== "visible") return;
      this.#readNotes();
      this.#look();
    };
    document.addEventListener("visibilitychange", back);
    addEventListener("online", back);
    this.#stops.push(
      () => tabs.close(),
      () => document.removeEventListener("visibilitychange", back),
      () => removeEventListener("online", back),
      hangCurtain(() => this.#mayBeSeen()),
    );
    const { endOnClose = false } = this.#is;
    const closed = endOnClose && read("ticket") !== null && wasClosed();
    if (endOnClose) this.#stops.push(stayOpen());
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
      this.#door.forget();
      await afterPause("renewal");
      return this.#check(activity, tries - 1);
    }
    const over = read("over");
    this.#seen = number;
    this.#told = word.is !== "unknown";
    const { status } = this.#state.now;
    if (status === "signing-out") return this.#state.now;
    if (word.is === "live") {
      if (over && isOf(over, word)) this.#lock(over);
      else {
        settle();
        if (await this.#changeUser(word.session)) return this.#check(activity);
        this.#enter(word.session, word.ticket);
      }
    } else if (word.is === "over") await this.#leaveAfter(word.reason);
    else if (status === "loading") {
      if (over && over.settled !== true) this.#lock(over);
      else this.#lookLater();
    }
    return this.#state.now;
  }

  #look(): void {
    const { status } = this.#state.now;
    if (status === "signed-in" || status === "loading") void this.check();
  }

  /** The server could not be reached: nobody knows yet whether anybody is signed in. */
  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), pauses.unanswered);
  }

  /** Somebody else has signed in over the last user: nothing of that one is left to them. */
  async #changeUser({ userId }: ClientSession): Promise<boolean> {
    const noted = read("ticket")?.userId ?? userId;
    const shown = this.#state.now.session?.userId ?? userId;
    if (noted === userId && shown === userId) return false;
    this.#leave({ status: "loading", reason: null, message: null });
    // What tabs share is cleared by the first that sees it: later it is the new user's already.
    if (noted !== userId) write("ticket", null);
    await clear(noted === userId ? ofPage(this.#manifest) : this.#manifest);
    return true;
  }

  #enter(session: ClientSession, ticket: string | null): void {
    const { id: sessionId, userId } = session;
    this.#hint = "not_signed_in";
    if (ticket !== null) write("ticket", { url: this.#door.url, sessionId, userId, ticket });
    // Unless it was stopped in between.
    const same = this.#presence !== null && this.#state.now.session?.id === sessionId;
    this.#state.set({ status: "signed-in", session, reason: null, message: null });
    if (same) return;
    this.#presence?.stop();
    this.#state.set({ leftovers: [] });
    this.#presence = follow(this.#door, session, this.#is, {
      over: () => {
        this.#tabs?.tell("look");
        void this.check();
      },
      changed: () => this.#changed(),
      idle: {
        warn: (idleWarning) => this.#state.set({ idleWarning }),
        end: () => void this.#endHere("expired_idle", {}),
        active: () => void ask(this.#door, true),
      },
    });
  }

  /** Shuts what belongs to the session. */
  #leave(change: Partial<ClientState>): void {
    this.#presence?.stop();
    this.#presence = null;
    this.#underWay.abort();
    this.#underWay = new AbortController();
    this.#door.forget();
    this.#state.set({ session: null, idleWarning: null, ...change });
  }

  /** Somebody else has ended it, or time has: this device only follows. */
  async #leaveAfter(told: SignedOutReason): Promise<void> {
    const { status } = this.#state.now;
    if (status === "signed-out" || status === "signing-out") return;
    const reason = told === "not_signed_in" ? this.#hint : told;
    // What a session has left that ended while no page of it was open is cleared now.
    const noted = read("ticket");
    const wasIn = status === "signed-in";
    // Somebody has signed in since, in another tab: what tabs share is theirs.
    const newer = wasIn && noted !== null && noted.sessionId !== this.#state.now.session?.id;
    if (!newer) write("ticket", null);
    // Another tab may be waiting for the server still.
    const { pending } = this.#finisher;
    this.#leave({ status: pending ? "signing-out" : "signed-out", reason, message: null });
    if (pending) this.#finisher.later();
    if (!wasIn && noted === null) return;
    await clear(newer ? ofPage(this.#manifest) : this.#manifest);
    this.#state.set({ leftovers: newer ? [] : await leftovers(this.#manifest) });
    if (wasIn) this.#go(this.#is.redirectTo);
  }

  /** It was ended on this device, and the server does not know it yet. */
  #lock({ sessionId, reason }: Over): void {
    this.#finisher.byCookie = sessionId === null;
    const message = messages.current;
    this.#leave({ status: "signed-out-locally", reason: reason as SignedOutReason, message });
    this.#finisher.later();
  }

  #endHere(reason: SignedOutReason, how: LogoutOptions): Promise<LogoutResult> {
    if (this.#ending && (how.scope !== "all" || this.#endsAll)) return this.#ending;
    this.#endsAll = how.scope === "all";
    const ending = this.#end(reason, how).finally(() => {
      if (this.#ending === ending) this.#ending = null;
    });
    this.#ending = ending;
    return ending;
  }

  async #end(
    reason: SignedOutReason,
    { scope, redirectTo = this.#is.redirectTo ?? null }: LogoutOptions,
  ): Promise<LogoutResult> {
    // Before anything else: from here on nothing private is shown.
    this.#leave({ status: "signing-out", reason: null, message: null });
    // A page without a router shows what it showed until it is left.
    if (!this.#is.navigate && allowed(redirectTo, this.#is.redirects) !== null) fall();
    const began = this.#signIns;
    const manifest = this.#manifest;
    const reach = scope === "all" ? scope : "current";
    const { verdict, ticket } = await end(
      { basePath: this.#door.url, manifest, scope: reach },
      () => this.#tabs?.tell("over"),
      reason,
    );
    this.#seen = numberOfEnds();
    const result = outcomeOf(verdict, reach);
    const left = await leftovers(manifest);
    if (verdict === "unknown") this.#finisher.later();
    if (began === this.#signIns) {
      this.#othersUnsure = reach === "all" && verdict !== "confirmed";
      this.#finisher.byCookie = verdict === "unknown" && ticket === null;
      this.#state.set({ ...result, reason, leftovers: left });
      this.#go(redirectTo);
    }
    return { ...result, confirmed: verdict === "confirmed" };
  }

  #tried(verdict: Verdict): void {
    const waits = ["signed-out-locally", "signing-out"].includes(this.#state.now.status);
    if (!waits || this.#ending) return;
    const { message, ...outcome } = outcomeOf(verdict, "current");
    this.#state.set({ ...outcome, message: this.#othersUnsure ? messages.all : message });
  }

  #heard(word: Word): void {
    if (word === "over") return this.#readNotes(true);
    this.#changed(false);
    void this.check();
  }

  /** Has anything ended in another tab? Without notes (storage is blocked) its word must do. */
  #readNotes(told = false): void {
    const over = read("over");
    if (over ? over.number === this.#seen : !told) return;
    this.#seen = over?.number ?? this.#seen;
    const mine = !over?.sessionId || over.sessionId === this.#state.now.session?.id;
    if (!mine || this.#state.now.status !== "signed-in") return;
    void this.#leaveAfter((over?.reason ?? "logged_out") as SignedOutReason);
  }

  /** A page is back: is its session still live? Nothing is shown until the server has said so. */
  async #mayBeSeen(): Promise<boolean> {
    if (this.#state.now.status !== "signed-in") return true;
    this.#readNotes();
    await this.check();
    while (this.#state.now.status === "signed-in") {
      if (this.#told) return true;
      await afterPause("unanswered");
      await this.check();
    }
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
    if (answer.status === 401 && this.#state.now.status === "signed-in") {
      this.#hint = (await refusalOf(answer.clone())).reason;
      void this.check();
    }
    return answer;
  }

  #changed(tell: boolean = true): void {
    this.#state.set({ devicesChanged: this.#state.now.devicesChanged + 1 });
    if (tell) this.#tabs?.tell("look");
  }

  #go(to: string | null | undefined): void {
    const target = allowed(to, this.#is.redirects);
    if (target === null) return;
    try {
      if (this.#is.navigate) this.#is.navigate(target);
      else location.assign(target);
    } catch (error) {
      reportError(error);
    }
  }
}
