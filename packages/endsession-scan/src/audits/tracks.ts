/**
 * The replays of one set on one probe, in the order of time, and the class that they speak for.
 *
 * A set of everything that was captured belongs to the class of its probe's minimal sets: refused,
 * it proves all of them dead; accepted, it is laid to one of them, so that it is told once.
 */
import type { Carrier, Reception, Replay, Replays, Survey } from "../artifacts.ts";

/** A session cookie; a bearer token or another header; a lasting cookie that begins a new session. */
export type CredentialClass = "cookie" | "header" | "remember-me";

export interface Sample {
  readonly after: number;
  readonly reception: Reception;
  readonly exchange: string;
  /** One of several parallel answers. */
  readonly batch: boolean;
}

export interface Track {
  readonly probe: string;
  readonly set: Replay["set"];
  readonly carriers: readonly Carrier[];
  readonly classes: ReadonlySet<CredentialClass>;
  readonly controls: readonly Sample[];
  /** Whether the set was accepted just before the logout. */
  readonly believed: boolean;
  readonly samples: readonly Sample[];
}

export function tracksOf(replays: Replays, survey: Survey | undefined): readonly Track[] {
  const all = [...replays.controls, ...replays.replays];
  const firsts = [...new Map(all.map((it) => [keyOf(it), it])).values()];
  const isAll = ({ set }: { readonly set: Replay["set"] }): boolean => set === "everything";
  const ordered = [...firsts.filter(isAll), ...firsts.filter((it) => !isAll(it))];
  const tracks = ordered.map((it) => {
    const leads = leadOf(it.probe, replays) === keyOf(it);
    return trackOf(it, replays, leads ? batchesOf(it.probe, replays) : []);
  });
  const alone = tracks.filter((it) => !isAll(it));
  return tracks.map((it) => (isAll(it) ? { ...it, classes: classesOfAll(it, alone, survey) } : it));
}

/** Parallel answers do not name their set: it is the first minimal one, else everything. */
function leadOf(probe: string, { replays }: Replays): string | null {
  const asked = replays.filter((it) => it.probe === probe && !it.rememberMe);
  const lead = asked.find(({ set }) => set === "minimal") ?? asked[0];
  return lead === undefined ? null : keyOf(lead);
}

function trackOf(of: Replay, from: Replays, batches: readonly Sample[]): Track {
  const same = (it: Replay): boolean => keyOf(it) === keyOf(of);
  const controls = from.controls.filter(same).map(sampleOf);
  return {
    probe: of.probe,
    set: of.set,
    carriers: of.carriers,
    classes: new Set([classOf(of)]),
    controls,
    believed: controls.some(({ reception }) => reception === "accepted"),
    samples: [...from.replays.filter(same).map(sampleOf), ...batches].toSorted(
      (a, b) => a.after - b.after,
    ),
  };
}

function batchesOf(probe: string, { parallel }: Replays): readonly Sample[] {
  return parallel
    .filter((it) => it.probe === probe)
    .flatMap(({ after, accepted, refused, exchange }) => {
      const batch = { after, exchange, batch: true };
      return [
        ...(accepted > 0 ? [{ ...batch, reception: "accepted" as const }] : []),
        ...(refused > 0 ? [{ ...batch, reception: "refused" as const }] : []),
      ];
    });
}

/** A remember-me token gets a session for every probe, whichever it was found with. */
function classesOfAll(
  track: Track,
  alone: readonly Track[],
  survey: Survey | undefined,
): ReadonlySet<CredentialClass> {
  const minimal = alone.filter(
    ({ probe, set, classes }) =>
      set === "minimal" && (probe === track.probe || classes.has("remember-me")),
  );
  const sets = survey?.sets ?? [];
  const learnt = sets.filter(({ probe, rememberMe }) => probe === track.probe || rememberMe);
  let found = new Set([...learnt.map(classOf), ...minimal.flatMap(({ classes }) => [...classes])]);
  // A probe of which no set is known is entered like the others.
  if (found.size === 0) found = new Set(sets.map(classOf));
  if (found.size === 0) return new Set([likelyClass(track.carriers)]);
  if (!track.samples.some(({ reception }) => reception === "accepted")) return found;

  const saw = (one: CredentialClass, reception: Reception): boolean =>
    minimal.some(
      ({ classes, samples }) =>
        classes.has(one) && samples.some((sample) => sample.reception === reception),
    );
  const inOrder = (order: readonly CredentialClass[]): readonly CredentialClass[] =>
    order.filter((one) => found.has(one));
  const usual = inOrder(["cookie", "header", "remember-me"]);
  const one =
    usual.find((it) => saw(it, "accepted")) ??
    usual.find((it) => !saw(it, "refused")) ??
    // Each is refused alone. What is accepted once only is a remember-me token that is used once.
    inOrder(["remember-me", "cookie", "header"])[0];
  return new Set(one === undefined ? [] : [one]);
}

function likelyClass(carriers: readonly Carrier[]): CredentialClass {
  const byHeader = carriers.some(
    ({ kind, name }) => kind === "header" && /^authorization$/iu.test(name),
  );
  return byHeader || (carriers.length > 0 && carriers.every(({ kind }) => kind === "header"))
    ? "header"
    : "cookie";
}

function classOf(set: {
  readonly carriers: readonly Carrier[];
  readonly rememberMe: boolean;
}): CredentialClass {
  if (set.rememberMe) return "remember-me";
  return set.carriers.some(({ kind }) => kind === "header") ? "header" : "cookie";
}

function keyOf({ probe, set, carriers, rememberMe, value }: Replay): string {
  const names = carriers.map(({ kind, name }) => `${kind} ${name}`).toSorted();
  // What was captured is one set, whatever of it a jar still sends.
  return JSON.stringify(
    set === "everything" ? [probe, set] : [probe, set, rememberMe, names, value ?? null],
  );
}

function sampleOf({ after, reception, exchange }: Replay): Sample {
  return { after, reception, exchange, batch: false };
}
