/** Asking in the name of a device that has signed out, from clients that never did. */
import type { AuthenticatingSet, Carrier, Replay, Replays } from "../artifacts.ts";
import type { Capture, Device } from "../browser/device.ts";
import { digest } from "../http/secrets.ts";
import type { Scene } from "../scene.ts";
import { askWith, carriersFor, keyOf } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** Connections at once, on the first probe. */
const parallel = 10;
/** So many earlier values of an authenticating carrier are tried as well. */
const mostEarlier = 3;

interface Attempt {
  readonly probe: Probe;
  readonly set: Replay["set"];
  readonly carriers: readonly Carrier[];
  readonly rememberMe: boolean;
  readonly values?: ReadonlyMap<string, string>;
}

export class Replayer {
  readonly #scene: Scene;
  readonly #controls: Replay[] = [];
  readonly #rounds: { readonly sent: number; readonly replay: Replay }[] = [];
  readonly #parallel: { sent: number; fact: Replays["parallel"][number] }[] = [];
  #capture: Capture | null = null;
  #attempts: readonly Attempt[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * Shows that remember-me tokens are accepted from a fresh client. Each is spent by its use: the
   * device gets the next one, and a session that it had may be over, so this comes before anything
   * is opened on it.
   */
  async spend(device: Device): Promise<void> {
    for (const set of this.#scene.sets.filter(({ rememberMe }) => rememberMe)) {
      for (const attempt of this.#ofSet(set)) {
        const { replay, answer } = await this.#ask(attempt, await device.capture());
        this.#controls.push({ ...replay, after: -1 });
        await device.absorb(answer);
      }
    }
  }

  /**
   * Captures what the device holds, as late as can be, and shows that a fresh client is accepted
   * with it. No replay counts without this.
   */
  async arm(device: Device): Promise<void> {
    const { sets } = this.#scene;
    for (const attempt of [...this.#everything(await device.capture()), ...this.#minimal()]) {
      const { replay, answer } = await this.#ask(attempt, await device.capture());
      this.#controls.push({ ...replay, after: -1 });
      if (replay.reception === "accepted") await device.absorb(answer);
    }
    const capture = await device.capture();
    this.#capture = capture;
    this.#attempts = [
      ...this.#minimal(),
      ...this.#everything(capture),
      ...this.#earlier(device, capture),
      ...sets.filter(({ rememberMe }) => rememberMe).flatMap((set) => this.#ofSet(set)),
    ];
  }

  /** What was captured, for whoever wants to ask in other ways. */
  get capture(): Capture {
    if (this.#capture === null) throw new Error("Nothing has been captured yet.");
    return this.#capture;
  }

  /** One round of all sets on all probes, and ten connections at once. */
  async round(): Promise<void> {
    const { capture } = this;
    const { log } = this.#scene.world;
    for (const attempt of this.#attempts) {
      const sent = log.now();
      const { replay } = await this.#ask(attempt, capture);
      this.#rounds.push({ sent, replay });
    }
    const [attempt] = this.#attempts.filter(({ rememberMe }) => !rememberMe);
    if (attempt === undefined) return;
    const sent = log.now();
    const asked = await Promise.all(
      Array.from({ length: parallel }, (_, index) =>
        this.#ask(attempt, capture, this.#instance(index)),
      ),
    );
    const count = (reception: string): number =>
      asked.filter(({ replay }) => replay.reception === reception).length;
    this.#parallel.push({
      sent,
      fact: {
        probe: attempt.probe.id,
        after: 0,
        accepted: count("accepted"),
        refused: count("refused"),
        unclear: count("unclear"),
        exchange: asked[0]?.answer.id ?? "",
      },
    });
  }

  /** Whether the last round still found something alive. */
  get alive(): boolean {
    const last = this.#rounds.slice(-this.#attempts.length);
    const [crowd] = this.#parallel.slice(-1);
    return (
      last.some(({ replay }) => replay.reception === "accepted") || (crowd?.fact.accepted ?? 0) > 0
    );
  }

  /** Whether the last round found everything refused, and nothing unclear. */
  get refused(): boolean {
    const last = this.#rounds.slice(-this.#attempts.length);
    return last.length > 0 && last.every(({ replay }) => replay.reception === "refused");
  }

  /** What was sent before the logout had answered proves nothing, and is left out. */
  told(answered: number): Replays {
    const since = (sent: number): number => sent - answered;
    return {
      controls: this.#controls,
      replays: this.#rounds
        .filter(({ sent }) => sent >= answered)
        .map(({ sent, replay }) => ({ ...replay, after: since(sent) })),
      parallel: this.#parallel
        .filter(({ sent }) => sent >= answered)
        .map(({ sent, fact }) => ({ ...fact, after: since(sent) })),
    };
  }

  async #ask(
    attempt: Attempt,
    capture: Capture,
    instance: string | null = null,
  ): Promise<{
    readonly replay: Replay;
    readonly answer: Awaited<ReturnType<Scene["client"]["send"]>>;
  }> {
    const { probe, set, carriers, rememberMe, values } = attempt;
    const ask = askWith(probe, capture, carriers, values);
    const url = instance === null ? ask.url : atInstance(ask.url, instance);
    const answer = await this.#scene.client.send({ ...ask, url }, "replay");
    const reception = probe.baseline.receive(answer);
    const [value] = values?.values() ?? [];
    return {
      replay: {
        after: 0,
        probe: probe.id,
        set,
        carriers,
        rememberMe,
        reception,
        exchange: answer.id,
        ...(value === undefined ? {} : { value: digest(value) }),
      },
      answer,
    };
  }

  /** The parallel requests go round the instances that the configuration names. */
  #instance(index: number): string | null {
    const { instances } = this.#scene.plan.config;
    return instances[index % Math.max(instances.length, 1)] ?? null;
  }

  #everything(capture: Capture): Attempt[] {
    return this.#scene.probes.map((probe) => ({
      probe,
      set: "everything",
      carriers: carriersFor(probe, capture),
      rememberMe: false,
    }));
  }

  #minimal(): Attempt[] {
    return this.#scene.sets
      .filter(({ rememberMe }) => !rememberMe)
      .flatMap((set) => this.#ofSet(set));
  }

  /** A set on each probe that its carriers travel to. */
  #ofSet(set: AuthenticatingSet): Attempt[] {
    const { carriers, rememberMe } = set;
    const headers = carriers.filter(({ kind }) => kind === "header").map(({ name }) => name);
    return this.#scene.probes
      .filter((probe) =>
        rememberMe
          ? probe.id === set.probe
          : headers.every((name) => probe.carrierHeaders.includes(name)),
      )
      .map((probe) => ({ probe, set: "minimal", carriers, rememberMe }));
  }

  /** Earlier values of what authenticates: a rotated cookie may live on. */
  #earlier(device: Device, capture: Capture): Attempt[] {
    return this.#scene.sets
      .filter(({ rememberMe }) => !rememberMe)
      .flatMap((set) =>
        set.carriers.flatMap((carrier) => {
          const now =
            carrier.kind === "header"
              ? capture.headers.get(carrier.name)
              : capture.cookies.find(({ name }) => name === carrier.name)?.value;
          const earlier = (device.traffic.values.get(keyOf(carrier)) ?? []).filter(
            (value) => value !== now,
          );
          return earlier.slice(-mostEarlier).flatMap((value) =>
            this.#ofSet(set)
              .slice(0, 1)
              .map((attempt): Attempt => ({
                ...attempt,
                set: "earlier values",
                values: new Map([[keyOf(carrier), value]]),
              })),
          );
        }),
      );
  }
}

/** The same request at one instance behind the balancer. */
function atInstance(url: string, instance: string): string {
  const { pathname, search } = new URL(url);
  return new URL(pathname + search, instance).href;
}
