/** Logout on this device: one at a time, and finished later where the server has not confirmed it. */
import { fall } from "./curtain.ts";
import { createFinisher, type Finisher } from "./finisher.ts";
import { end } from "./logout.ts";
import { leftovers } from "./manifest.ts";
import { messages, outcomeOf } from "./outcome.ts";
import { endByCookie } from "./over.ts";
import { allowed, go } from "./redirect.ts";
import type { Verdict } from "./revoke.ts";
import type { State } from "./state.ts";
import type { Door } from "./transport.ts";
import type {
  ClientOptions,
  ClientState,
  LogoutOptions,
  LogoutResult,
  SignedOutReason,
} from "./types.ts";

/** What an end needs of its tab. */
export interface EndingTab {
  readonly options: ClientOptions;
  readonly door: Door;
  readonly state: State;
  /** Shuts what belongs to the session. */
  readonly leave: (change: Partial<ClientState>) => void;
  /** Tells the other tabs that it is over. */
  readonly tell: () => void;
  /** The last end that was noted is this tab's own. */
  readonly seen: () => void;
}

/** The ends of one client. */
export interface Ending {
  readonly finisher: Finisher;
  /** Never rejects. Who asks again meanwhile is given the same end. */
  endHere(reason: SignedOutReason, how: LogoutOptions): Promise<LogoutResult>;
  /** Somebody has signed in: what an end that began before says is not of them. */
  signedIn(): void;
}

export function createEnding({ options, door, state, leave, tell, seen }: EndingTab): Ending {
  const { manifest = {} } = options;
  let running: Promise<LogoutResult> | null = null;
  let endsAll = false;
  /** How often somebody has signed in here. */
  let signIns = 0;
  /** Whether the user's other devices were to be signed out, and perhaps are not. */
  let othersUnsure = false;

  const tried = (verdict: Verdict): void => {
    const waits = ["signed-out-locally", "signing-out"].includes(state.now().status);
    if (!waits || running) return;
    const { message, ...outcome } = outcomeOf(verdict, "current");
    state.set({ ...outcome, message: othersUnsure ? messages.all : message });
  };
  const finisher = createFinisher(tried, () => endByCookie(door));

  const run = async (
    reason: SignedOutReason,
    { scope, redirectTo = options.redirectTo ?? null }: LogoutOptions,
  ): Promise<LogoutResult> => {
    // Before anything else: from here on nothing private is shown.
    leave({ status: "signing-out", reason: null, message: null });
    // A page without a router shows what it showed until it is left.
    if (!options.navigate && allowed(redirectTo, options.redirects) !== null) fall();
    const began = signIns;
    const reach = scope === "all" ? scope : "current";
    const { verdict, ticket } = await end(
      { basePath: door.url, manifest, scope: reach },
      tell,
      reason,
    );
    seen();
    const result = outcomeOf(verdict, reach);
    const left = await leftovers(manifest);
    if (verdict === "unknown") finisher.later();
    if (began === signIns) {
      othersUnsure = reach === "all" && verdict !== "confirmed";
      finisher.byCookie = verdict === "unknown" && ticket === null;
      state.set({ ...result, reason, leftovers: left });
      go(redirectTo, options);
    }
    return { ...result, confirmed: verdict === "confirmed" };
  };

  return {
    finisher,
    endHere(reason, how) {
      if (running && (how.scope !== "all" || endsAll)) return running;
      endsAll = how.scope === "all";
      const mine = run(reason, how).finally(() => {
        if (running === mine) running = null;
      });
      running = mine;
      return mine;
    },
    signedIn() {
      finisher.byCookie = false;
      running = null;
      othersUnsure = false;
      signIns += 1;
    },
  };
}
