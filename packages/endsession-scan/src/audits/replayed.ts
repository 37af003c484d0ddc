/** What the replays of one class of credentials come to, all together. */
import type { Artifacts } from "../artifacts.ts";
import type { Evidence } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { tracksOf } from "./tracks.ts";
import type { CredentialClass, Sample, Track } from "./tracks.ts";
import { counted, seconds } from "./wording.ts";

export interface Outcome {
  /**
   * `nothing`: no such credential; `unclear`: no replay can be believed; `dead`: refused from the
   * first on; `alive`: accepted to the last; `delayed`: accepted, then refused; `mixed`: accepted
   * and refused by turns, or at one and the same time.
   */
  readonly kind: "nothing" | "unclear" | "dead" | "alive" | "delayed" | "mixed";
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** For `delayed`: the last acceptance and the first refusal after it, in milliseconds. */
  readonly window?: readonly [accepted: number, refused: number];
}

/** Requests of one round follow each other within these milliseconds. */
const oneRound = 500;

// Where instances take turns, a set may by chance meet one and the same each time.
const fromWorst = ["mixed", "alive", "delayed", "dead", "unclear"] as const;

/** Judges the replays of that class, set by set and probe by probe; the worst speaks. */
export function outcomeOf(artifacts: Artifacts, wanted: CredentialClass): Outcome {
  const { departure, survey } = artifacts.collected;
  if (departure === undefined) return unclear("No logout was looked at.", []);
  const tracks = tracksOf(departure.replays, survey).filter(({ classes }) => classes.has(wanted));
  if (tracks.length === 0) return { kind: "nothing", reason: "", evidence: [] };
  const doubt = doubtOf(departure.signOut);
  if (doubt !== null) return unclear(doubt, []);

  const outcomes = tracks.map(ofTrack);
  const worst = fromWorst.flatMap((kind) => outcomes.filter((it) => it.kind === kind))[0];
  if (worst === undefined) return unclear("Nothing was replayed after the logout.", []);
  const open = tracks.filter(
    ({ believed }, index) => believed && outcomes[index]?.kind === "unclear",
  );
  return worst.kind === "dead" && open.length > 0
    ? {
        ...worst,
        reason: `${worst.reason} Not clear were the answers of ${counted(new Set(open.map(({ probe }) => probe)).size, "probe")}.`,
      }
    : worst;
}

/** Whether cookies or tokens are accepted after the logout anyway: then that is what has to be told. */
export function sessionSurvives(artifacts: Artifacts): boolean {
  return (["cookie", "header"] as const).some((one) =>
    ["alive", "mixed", "delayed"].includes(outcomeOf(artifacts, one).kind),
  );
}

function ofTrack(track: Track): Outcome {
  const clear = track.samples.filter(({ reception }) => reception !== "unclear");
  const accepted = clear.filter(({ reception }) => reception === "accepted");
  const refused = clear.filter(({ reception }) => reception === "refused");
  if (accepted.length === 0) return notAccepted(track, refused);

  // Which of several earlier values was asked may not be told: they cannot disagree with themselves.
  const several = track.set === "earlier values";
  if (!several && isMixed(clear)) {
    return {
      kind: "mixed",
      reason: `After the logout some answers accept the old ${named(track)} and others refuse it, by turns or at one and the same time.`,
      evidence: [...accepted.slice(0, 1), ...refused.slice(0, 1)].map(shown(track)),
    };
  }
  const lastAccepted = Math.max(...accepted.map(({ after }) => after));
  const later = refused.filter(({ after }) => after > lastAccepted + (several ? oneRound : 0));
  const are = track.carriers.length > 1 ? "are" : "is";
  if (later.length > 0) {
    const firstRefused = Math.min(...later.map(({ after }) => after));
    return {
      kind: "delayed",
      reason: `The old ${named(track)} ${are} accepted until ${seconds(lastAccepted)} after the logout's answer, and refused from ${seconds(firstRefused)} on.`,
      evidence: [...accepted.slice(-1), ...later.slice(0, 1)].map(shown(track)),
      window: [lastAccepted, firstRefused],
    };
  }
  return {
    kind: "alive",
    reason: `${seconds(lastAccepted)} after the logout the old ${named(track)} ${are} ${
      refused.length > 0 ? "accepted again" : "still accepted"
    } from a client that never signed out.`,
    evidence: accepted.slice(-2).map(shown(track)),
  };
}

function notAccepted(track: Track, refused: readonly Sample[]): Outcome {
  if (!track.believed) {
    return unclear(
      "Just before the logout the captured credentials were not accepted from a fresh client, so a refusal after it would prove nothing.",
      track.controls.slice(0, 2).map(shown(track)),
    );
  }
  if (track.samples.length === 0) return unclear("Nothing was replayed after the logout.", []);
  if (refused.length === 0) {
    return unclear(
      "The answers after the logout were like neither a signed-in nor an anonymous one.",
      track.samples.slice(0, 2).map(shown(track)),
    );
  }
  return {
    kind: "dead",
    reason: `${
      refused.length === 1 ? "The one replay was" : `All ${refused.length} replays were`
    } refused, the first ${seconds(Math.min(...refused.map(({ after }) => after)))} after the logout's answer.`,
    evidence: [...track.controls.slice(0, 1), ...refused.slice(0, 1)].map(shown(track)),
  };
}

/** More than one change of mind, or a batch of two minds that is not the one change itself. */
function isMixed(clear: readonly Sample[]): boolean {
  const batches = [...new Set(clear.filter(({ batch }) => batch).map(({ after }) => after))];
  const torn = new Set(
    batches.filter((after) => {
      const answers = clear.filter((it) => it.batch && it.after === after);
      return new Set(answers.map(({ reception }) => reception)).size > 1;
    }),
  );
  const whole = clear.filter(({ batch, after }) => !(batch && torn.has(after)));
  const changes = whole.filter((it, index) => {
    const before = whole[index - 1];
    return before !== undefined && before.reception !== it.reception;
  }).length;
  if (changes > 1) return true;
  return [...torn].some((after) => {
    const before = whole.filter((it) => it.after < after);
    const behind = whole.filter((it) => it.after > after);
    const isTheChange =
      before.length > 0 &&
      behind.length > 0 &&
      before.every(({ reception }) => reception === "accepted") &&
      behind.every(({ reception }) => reception === "refused");
    return !isTheChange;
  });
}

function unclear(reason: string, evidence: readonly Evidence[]): Outcome {
  return { kind: "unclear", reason, evidence };
}

function shown(track: Track): (sample: Sample) => Evidence {
  return ({ after, reception, exchange }) => ({
    exchange,
    text: `${seconds(after)} ${after < 0 ? "before" : "after"} the logout, ${named(track)}: ${reception}`,
  });
}

function named({ set, carriers }: Track): string {
  if (carriers.length === 0) return "credentials";
  const names = carriers.map(({ kind, name }) => `${kind} ${name}`).join(" and ");
  return set === "earlier values" ? `${names} (an earlier value)` : names;
}
