/** The assertions: what was captured is dead; what was captured is alive. */
import { setTimeout as pause } from "node:timers/promises";
import type { Exchange, Reception } from "../artifacts.ts";
import { otherDeviceEnded } from "../audits/other-device-ended.ts";
import { seconds } from "../audits/wording.ts";
import { redacted } from "../http/log.ts";
import { carriersFor, keyOf } from "../probe/probe.ts";
import type { Probe } from "../probe/probe.ts";
import { ScanError } from "../scan-error.ts";
import { askSignedIn } from "./capture.ts";
import { insideOf } from "./captured.ts";
import type { Captured, Inside } from "./captured.ts";
import { fromCaller, SessionDeadError } from "./errors.ts";
import { captureOf } from "./held.ts";
import { round } from "./replay.ts";
import type { Tried } from "./replay.ts";
import { stillAlive } from "./still-alive.ts";
import { differenceOf, linesOf, nameOf, saidOf, statusOf } from "./told.ts";

export interface DeadOptions {
  /**
   * How long an end may take to be heard everywhere, in milliseconds from the call. Default: 0,
   * dead at the first try, as a logout that has been answered should be.
   */
  readonly within?: number;
  /** So many connections ask at once, to meet all instances, from 1 to 16. Default: 10. */
  readonly connections?: number;
}

/** What an `expectDead` that holds has seen. */
export interface Dead {
  /** Replayed requests, all told. */
  readonly requests: number;
  /** When the round was sent from which on all was refused, in milliseconds since the call. */
  readonly deadAfter: number;
}

/** What an `expectAlive` that holds has seen. */
export interface Alive {
  readonly requests: number;
}

/** The shortest and the longest time between two rounds, in milliseconds. */
const pauses = [50, 1000] as const;

/**
 * Asserts that nothing of what was captured is accepted any more: everything at once, with the
 * values that cookies had before the application replaced them, and every part alone, on every
 * probe, from fresh parallel connections.
 *
 * @param captured what `capture` gave, before the logout
 * @throws SessionStillAliveError when something is accepted when `within` is over
 * @throws ScanError of kind `cannot-judge` when answers are neither acceptance nor refusal: errors,
 *   rate limits, no answer
 */
export async function expectDead(captured: Captured, options: DeadOptions = {}): Promise<Dead> {
  return fromCaller(expectDead)(async () => {
    const inside = insideOf(captured);
    const { within, connections } = checked(options);
    const began = performance.now();
    const elapsed = (): number => Math.round(performance.now() - began);
    const interval = Math.min(pauses[1], Math.max(pauses[0], within / 20));
    let requests = 0;
    let lastAccepted: number | null = null;
    let firstRefused: number | null = null;
    for (;;) {
      const sent = elapsed();
      const tried = await round(inside, connections);
      requests += tried.reduce((sum, { answers }) => sum + answers.length, 0);
      const outcome = outcomeOf(tried);
      if (outcome === "refused") {
        // Instances that take turns may all have refused by chance: once more, then.
        if (lastAccepted === null || firstRefused !== null) {
          return { requests, deadAfter: firstRefused ?? sent };
        }
        firstRefused = sent;
      } else {
        firstRefused = null;
        if (outcome === "accepted") lastAccepted = sent;
        if (sent >= within) {
          throw outcome === "accepted"
            ? stillAlive(tried, sent, within, inside)
            : unclear(tried, lastAccepted, inside);
        }
      }
      await pause(Math.max(0, Math.min(interval, within - elapsed())));
    }
  });
}

/**
 * Asserts that what was captured is still accepted on every probe: that a logout on one device has
 * left the other one alone.
 *
 * @param captured what `capture` gave of the other device
 * @throws SessionDeadError when a probe refuses it
 * @throws ScanError of kind `cannot-judge` when an answer is neither acceptance nor refusal
 */
export async function expectAlive(captured: Captured): Promise<Alive> {
  return fromCaller(expectAlive)(async () => {
    const inside = insideOf(captured);
    for (const probe of inside.probes) {
      const carriers = carriersFor(probe, captureOf(inside.held[0], probe.url));
      const answer = await askSignedIn(probe, inside);
      const exchange = redacted(answer, inside.secrets);
      const reception = probe.baseline.receive(answer);
      if (reception === "accepted") continue;
      if (reception === "unclear") throw notClear(probe, exchange, inside);
      const name = nameOf(probe, inside.secrets);
      throw new SessionDeadError(
        `The session has ended: ${name} answered ${statusOf(exchange)} to ${saidOf(carriers)}, which it had accepted when they were captured (${differenceOf(probe, inside.secrets)}).\n\n${linesOf(exchange)}\n\nIf the logout of another device has ended it: ${otherDeviceEnded.fix}`,
        [{ probe: name, status: exchange.status, carriers: carriers.map(keyOf), after: 0 }],
      );
    }
    return { requests: inside.probes.length };
  });
}

function checked({ within = 0, connections = 10 }: DeadOptions): Required<DeadOptions> {
  if (!Number.isFinite(within) || within < 0) {
    throw new ScanError("usage", `within is ${within}: it is a number of milliseconds, 0 or more.`);
  }
  if (!Number.isInteger(connections) || connections < 1 || connections > 16) {
    throw new ScanError("usage", `connections is ${connections}: it is a number from 1 to 16.`);
  }
  return { within, connections };
}

/** A part alone was never shown to be accepted: of its answers only an acceptance says anything. */
function outcomeOf(tried: readonly Tried[]): Reception {
  const saw = (reception: Reception, among: readonly Tried[]): boolean =>
    among.some(({ answers }) => answers.some((it) => it.reception === reception));
  if (saw("accepted", tried)) return "accepted";
  return saw(
    "unclear",
    tried.filter(({ whole }) => whole),
  )
    ? "unclear"
    : "refused";
}

function unclear(tried: readonly Tried[], lastAccepted: number | null, inside: Inside): ScanError {
  const seen = tried
    .filter(({ whole }) => whole)
    .flatMap(({ probe, answers }) => answers.map((answer) => ({ ...answer, probe })));
  const odd = seen.filter(({ reception }) => reception === "unclear");
  const [first] = odd;
  if (first === undefined) throw new Error("There is no unclear answer.");
  const before =
    lastAccepted === null ? "" : ` It was accepted ${seconds(lastAccepted)} after the call.`;
  return notClear(
    first.probe,
    first.exchange,
    inside,
    ` ${odd.length} of ${seen.length} answers were unclear.${before}`,
  );
}

function notClear(probe: Probe, exchange: Exchange, { secrets }: Inside, more = ""): ScanError {
  const { status } = exchange;
  const advice =
    status === 429
      ? "Raise the rate limit for tests, or ask by fewer `connections`."
      : status === 0 || status >= 500
        ? "The application failed: its log tells why."
        : "Name a probe whose answers are steadier.";
  return new ScanError(
    "cannot-judge",
    `Whether the session is alive cannot be told: ${nameOf(probe, secrets)} answered ${statusOf(exchange)}, which is neither what somebody signed in got nor what strangers got (${differenceOf(probe, secrets)}).${more} ${advice}\n\n${linesOf(exchange)}`,
  );
}
