/** What the replays of one class of credentials come to, all together. */
import type { Departure, Replay } from "../artifacts.ts";
import type { Evidence } from "../audit.ts";

export interface Outcome {
  /**
   * `nothing`: no such credential; `unclear`: no replay can be believed; `dead`: refused from the
   * first on; `alive`: accepted to the last; `delayed`: accepted, then refused; `mixed`: accepted
   * and refused at one and the same time.
   */
  readonly kind: "nothing" | "unclear" | "dead" | "alive" | "delayed" | "mixed";
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** For `delayed`: the last acceptance and the first refusal after it, in milliseconds. */
  readonly window?: readonly [accepted: number, refused: number];
}

/** Judges the replays that `belongs` chooses, probe by probe; the worst probe speaks. */
export function outcomeOf(departure: Departure, belongs: (replay: Replay) => boolean): Outcome {
  const { signOut, replays } = departure;
  const controls = replays.controls.filter(belongs);
  const asked = replays.replays.filter(belongs);
  if (controls.length === 0) return { kind: "nothing", reason: "", evidence: [] };
  if (!signOut.certain) {
    return unclear(
      `It is not certain that the application's own logout was done: ${signOut.how}. Name it with "logout" in the configuration.`,
      [],
    );
  }

  const believed = new Set(
    controls.filter(({ reception }) => reception === "accepted").map(({ probe }) => probe),
  );
  const accepted = asked.filter(({ reception }) => reception === "accepted");
  if (believed.size === 0 && accepted.length === 0) {
    return unclear(
      "Just before the logout the captured credentials were not accepted from a fresh client, so a refusal after it would prove nothing.",
      controls.slice(0, 2).map(evidenceOf),
    );
  }
  const outcomes = [...new Set(asked.map(({ probe }) => probe))].map((probe) =>
    ofProbe(
      probe,
      asked.filter((it) => it.probe === probe),
      departure,
      believed.has(probe),
    ),
  );
  const order = ["alive", "mixed", "delayed", "dead", "unclear", "nothing"] as const;
  const worst = order.flatMap((kind) => outcomes.filter((it) => it.kind === kind))[0];
  return worst ?? unclear("Nothing was replayed after the logout.", []);
}

function ofProbe(
  probe: string,
  asked: readonly Replay[],
  departure: Departure,
  believed: boolean,
): Outcome {
  const clear = asked.filter(({ reception }) => reception !== "unclear");
  const accepted = clear.filter(({ reception }) => reception === "accepted");
  const refused = clear.filter(({ reception }) => reception === "refused");
  const lastAccepted = Math.max(...accepted.map(({ after }) => after));
  const later = refused.filter(({ after }) => after > lastAccepted);
  const parallel = departure.replays.parallel.filter((it) => it.probe === probe);

  if (
    accepted.length > 0 &&
    parallel.some((it) => it.accepted > 0 && it.refused > 0) &&
    later.length === 0
  ) {
    return {
      kind: "mixed",
      reason:
        "At one and the same time some answers accept the ended session and others refuse it.",
      evidence: [...accepted.slice(0, 1), ...refused.slice(0, 1)].map(evidenceOf),
    };
  }
  if (accepted.length > 0 && later.length > 0) {
    const firstRefused = Math.min(...later.map(({ after }) => after));
    return {
      kind: "delayed",
      reason: `The ended credentials were accepted for ${seconds(lastAccepted)} after the logout had answered, and refused from ${seconds(firstRefused)} on.`,
      evidence: [...accepted.slice(-1), ...later.slice(0, 1)].map(evidenceOf),
      window: [lastAccepted, firstRefused],
    };
  }
  if (accepted.length > 0) {
    const [example] = accepted;
    return {
      kind: "alive",
      reason: `${seconds(lastAccepted)} after the logout the old ${named(example)} ${
        (example?.carriers.length ?? 0) > 1 ? "are" : "is"
      } still accepted from a client that never signed out.`,
      evidence: accepted.slice(-2).map(evidenceOf),
    };
  }
  if (!believed || refused.length === 0) {
    return unclear(
      "The answers after the logout were like neither a signed-in nor an anonymous one.",
      asked.slice(0, 2).map(evidenceOf),
    );
  }
  return {
    kind: "dead",
    reason: `All ${refused.length} replays were refused, the first ${seconds(Math.min(...refused.map(({ after }) => after)))} after the logout's answer.`,
    evidence: refused.slice(0, 1).map(evidenceOf),
  };
}

function unclear(reason: string, evidence: readonly Evidence[]): Outcome {
  return { kind: "unclear", reason, evidence };
}

export function evidenceOf(replay: Replay): Evidence {
  return {
    exchange: replay.exchange,
    text: `${seconds(replay.after)} ${replay.after < 0 ? "before" : "after"} the logout, ${named(replay)}: ${replay.reception}`,
  };
}

function named(replay: Replay | undefined): string {
  const names = (replay?.carriers ?? []).map(({ kind, name }) => `${kind} ${name}`);
  return names.length > 0 ? names.join(" and ") : "credentials";
}

/** Milliseconds as a person says them. */
export function seconds(milliseconds: number): string {
  const value = Math.abs(milliseconds) / 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}
