/** The client: one session, shared by all tabs of the origin, and nothing left of it at its end. */
import { ask, refusalOf } from "./ask.ts";
import { stayOpen, wasClosed } from "./closing.ts";
import { hangCurtain } from "./curtain.ts";
import { createEnding } from "./ending.ts";
import { clear, leftovers, ofPage } from "./manifest.ts";
import { numberOfEnds, type Over, read, settle, write } from "./notes.ts";
import { messages } from "./outcome.ts";
import { isOf } from "./over.ts";
import { renewalPause, renewalTries, unansweredPause, wait } from "./pauses.ts";
import { go } from "./redirect.ts";
import { type Asking, endOne, endOthers, listSessions } from "./routes.ts";
import { createShown } from "./shown.ts";
import { createState } from "./state.ts";
import { openTabs, type Tell, type Word } from "./tabs.ts";
import { byCookie, type Door } from "./transport.ts";
import type {
  Client,
  ClientOptions,
  ClientSession,
  ClientState,
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
  const { manifest = {} } = options;
  const door: Door = { url: options.basePath ?? "", ...(options.transport ?? byCookie) };
  const state = createState();
  let started: Promise<ClientState> | null = null;
  let stopped = new AbortController();
  let tell: Tell | null = null;
  /** The number of the end that was seen last. */
  let seen = 0;
  /** Why, as a request was told whose answer has deleted the cookie that could be asked with. */
  let hint: SignedOutReason = "not_signed_in";
  /** Whether the last question to the server was answered. */
  let answered = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const shown = createShown(door, options, state, {
    over() {
      tell?.("look");
      void check();
    },
    changed,
    idle: {
      warn: (idleWarning) => state.set({ idleWarning }),
      end: () => void ending.endHere("expired_idle", {}),
      active: () => void ask(door, true),
    },
  });
  const { leave } = shown;
  const ending = createEnding({
    options,
    door,
    state,
    leave,
    tell: () => tell?.("over"),
    seen: () => {
      seen = numberOfEnds();
    },
  });
  const { finisher } = ending;

  async function begin(): Promise<ClientState> {
    stopped = new AbortController();
    const { signal } = stopped;
    tell = openTabs(hear, signal);
    const back = (): void => {
      finisher.now();
      if (document.visibilityState !== "visible") return;
      readNotes();
      look();
    };
    document.addEventListener("visibilitychange", back, { signal });
    addEventListener("online", back, { signal });
    hangCurtain(mayBeSeen, signal);
    const { endOnClose = false } = options;
    const closed = endOnClose && read("ticket") !== null && wasClosed();
    if (endOnClose) stayOpen(signal);
    finisher.now();
    if (closed) await ending.endHere("logged_out", { redirectTo: null });
    return check();
  }

  /** Asks the server, and believes it unless something has ended meanwhile. */
  async function check(
    activity: boolean = false,
    tries: number = renewalTries,
  ): Promise<ClientState> {
    const number = numberOfEnds();
    const word = await ask(door, activity);
    if (numberOfEnds() !== number) return check(activity);
    if (word.is === "over" && word.renewed && tries > 0) {
      door.forget();
      await wait(renewalPause);
      return check(activity, tries - 1);
    }
    const over = read("over");
    seen = number;
    answered = word.is !== "unknown";
    const { status } = state.now();
    if (status === "signing-out") return state.now();
    if (word.is === "live") {
      if (over && isOf(over, word)) lock(over);
      else {
        settle();
        if (await changeUser(word.session)) return check(activity);
        enter(word.session, word.ticket);
      }
    } else if (word.is === "over") await leaveAfter(word.reason);
    else if (status === "loading") {
      if (over && over.settled !== true) lock(over);
      else lookLater();
    }
    return state.now();
  }

  function look(): void {
    const { status } = state.now();
    if (status === "signed-in" || status === "loading") void check();
  }

  /** The server could not be reached: nobody knows yet whether anybody is signed in. */
  function lookLater(): void {
    clearTimeout(timer);
    timer = setTimeout(look, unansweredPause);
  }

  /** Somebody else has signed in over the last user: nothing of that one is left to them. */
  async function changeUser({ userId }: ClientSession): Promise<boolean> {
    const noted = read("ticket")?.userId ?? userId;
    const before = state.now().session?.userId ?? userId;
    if (noted === userId && before === userId) return false;
    leave({ status: "loading", reason: null, message: null });
    // What tabs share is cleared by the first that sees it: later it is the new user's already.
    if (noted !== userId) write("ticket", null);
    await clear(noted === userId ? ofPage(manifest) : manifest);
    return true;
  }

  function enter(session: ClientSession, ticket: string | null): void {
    const { id: sessionId, userId } = session;
    hint = "not_signed_in";
    if (ticket !== null) write("ticket", { url: door.url, sessionId, userId, ticket });
    shown.enter(session);
  }

  /** Somebody else has ended it, or time has: this device only follows. */
  async function leaveAfter(told: SignedOutReason): Promise<void> {
    const { status, session } = state.now();
    if (status === "signed-out" || status === "signing-out") return;
    const reason = told === "not_signed_in" ? hint : told;
    // What a session has left that ended while no page of it was open is cleared now.
    const noted = read("ticket");
    const wasIn = status === "signed-in";
    // Somebody has signed in since, in another tab: what tabs share is theirs.
    const newer = wasIn && noted !== null && noted.sessionId !== session?.id;
    if (!newer) write("ticket", null);
    // Another tab may be waiting for the server still.
    const pending = finisher.pending();
    leave({ status: pending ? "signing-out" : "signed-out", reason, message: null });
    if (pending) finisher.later();
    if (!wasIn && noted === null) return;
    await clear(newer ? ofPage(manifest) : manifest);
    state.set({ leftovers: newer ? [] : await leftovers(manifest) });
    if (wasIn) go(options.redirectTo, options);
  }

  /** It was ended on this device, and the server does not know it yet. */
  function lock({ sessionId, reason }: Over): void {
    finisher.byCookie = sessionId === null;
    const message = messages.current;
    leave({ status: "signed-out-locally", reason: reason as SignedOutReason, message });
    finisher.later();
  }

  function hear(word: Word): void {
    if (word === "over") return readNotes(true);
    countChange();
    void check();
  }

  /** Has anything ended in another tab? Without notes (storage is blocked) its word must do. */
  function readNotes(told = false): void {
    const over = read("over");
    if (over ? over.number === seen : !told) return;
    seen = over?.number ?? seen;
    const { status, session } = state.now();
    const mine = !over?.sessionId || over.sessionId === session?.id;
    if (!mine || status !== "signed-in") return;
    void leaveAfter((over?.reason ?? "logged_out") as SignedOutReason);
  }

  /** A page is back: is its session still live? Nothing is shown until the server has said so. */
  async function mayBeSeen(): Promise<boolean> {
    if (state.now().status !== "signed-in") return true;
    readNotes();
    await check();
    while (state.now().status === "signed-in") {
      if (answered) return true;
      await wait(unansweredPause);
      await check();
    }
    // A page without a router shows what it showed: it is left, or loaded anew.
    const { navigate, redirectTo } = options;
    if (redirectTo === undefined && !navigate) location.reload();
    return navigate !== undefined;
  }

  function countChange(): void {
    state.set({ devicesChanged: state.now().devicesChanged + 1 });
  }

  function changed(): void {
    countChange();
    tell?.("look");
  }

  const fetchHere: typeof globalThis.fetch = async (input, init) => {
    const answer = await shown.fetch(input, init);
    // A 401 of something else says nothing of this session; the server is asked.
    if (answer.status === 401 && state.now().status === "signed-in") {
      hint = (await refusalOf(answer.clone())).reason;
      void check();
    }
    return answer;
  };

  const asking: Asking = {
    url: door.url,
    fetch: fetchHere,
    // The session goes on under a new id, with a new ticket.
    prove: async () =>
      (await options.reauthenticate?.()) === true && (await check()).status === "signed-in",
  };

  return {
    getState: state.now,
    subscribe: state.subscribe,
    start: () => (started ??= begin()),
    async signedIn() {
      ending.signedIn();
      state.set({ status: "loading", reason: null, message: null, leftovers: [] });
      const now = await check();
      tell?.("look");
      return now;
    },
    check: () => check(),
    async logout(how = {}) {
      if (how.scope !== "others") return ending.endHere("logged_out", how);
      try {
        await endOthers(asking);
        const { status } = await check();
        return { confirmed: true, status, message: null };
      } catch (error) {
        return { confirmed: false, status: state.now().status, message: (error as Error).message };
      }
    },
    fetch: fetchHere,
    devices: () => listSessions(asking),
    async endDevice(sessionId) {
      await endOne(asking, sessionId);
      changed();
      if (sessionId === state.now().session?.id) await check();
    },
    async stayActive() {
      shown.touch();
      await check(true);
    },
    stop() {
      stopped.abort();
      shown.stop();
      finisher.stop();
      clearTimeout(timer);
      started = null;
    },
  };
}
