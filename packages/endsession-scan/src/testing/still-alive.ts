/** The failure message of a session that survives: what was accepted, where, when, and what to do. */
import { sessionSurvivesLogout } from "../audits/session-survives-logout.ts";
import { tokenSurvivesLogout } from "../audits/token-survives-logout.ts";
import { counted, seconds } from "../audits/wording.ts";
import { keyOf } from "../probe/probe.ts";
import type { Inside } from "./captured.ts";
import { SessionStillAliveError } from "./errors.ts";
import type { Tried } from "./replay.ts";
import { differenceOf, linesOf, nameOf, saidOf } from "./told.ts";

/**
 * @param after when the round was sent, in milliseconds since the assertion began
 * @param within how long it had been given, in milliseconds
 */
export function stillAlive(
  tried: readonly Tried[],
  after: number,
  within: number,
  { secrets }: Inside,
): SessionStillAliveError {
  const hits = tried.flatMap((it) => {
    const accepted = it.answers.filter(({ reception }) => reception === "accepted");
    const [first] = accepted;
    return first === undefined ? [] : [{ ...it, accepted, exchange: first.exchange }];
  });
  const [worst, ...others] = hits;
  if (worst === undefined) throw new Error("Nothing was accepted.");
  const { probe, exchange, answers, accepted } = worst;
  const audit = worst.carriers.every(({ kind }) => kind === "header")
    ? tokenSurvivesLogout
    : sessionSurvivesLogout;
  const limit = within === 0 ? "" : `; it had to be dead within ${seconds(within)}`;
  const share =
    answers.length === 1
      ? ""
      : accepted.length === answers.length
        ? ` on all of ${counted(answers.length, "connection")}`
        : ` on ${accepted.length} of ${counted(answers.length, "connection")}: instances disagree`;
  const name = nameOf(probe, secrets);
  const message = [
    `The session is still alive after its logout: ${name} answered ${exchange.status} to ${whatOf(worst)}, ${after < 1000 ? `${after} ms` : seconds(after)} after the call${share}${limit}.`,
    `How the probe tells: ${differenceOf(probe, secrets)}.`,
    ...others.map((it) => `Also accepted: ${whatOf(it)} on ${nameOf(it.probe, secrets)}.`),
    "",
    linesOf(exchange),
    "",
    `What to do: ${audit.fix} (${audit.id})`,
  ];
  return new SessionStillAliveError(
    message.join("\n"),
    hits.map((it) => ({
      probe: nameOf(it.probe, secrets),
      status: it.exchange.status,
      carriers: it.carriers.map(keyOf),
      after,
    })),
  );
}

function whatOf({ carriers, whole, earlier }: Tried): string {
  const which = whole ? (earlier ? " with an earlier value" : "") : " alone";
  return `${saidOf(carriers)}${which}`;
}
