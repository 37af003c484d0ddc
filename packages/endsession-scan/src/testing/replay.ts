/** One round of everything that was captured, on every probe, from connections of its own. */
import type { Carrier, Exchange, Reception } from "../artifacts.ts";
import type { Answer } from "../http/answer.ts";
import type { HttpClient } from "../http/client.ts";
import { setCookiesOf } from "../http/cookies.ts";
import { redacted } from "../http/log.ts";
import { askWith, carriersFor, keyOf } from "../probe/probe.ts";
import type { Probe } from "../probe/probe.ts";
import { fromFresh } from "./captured.ts";
import type { Inside } from "./captured.ts";
import { captureOf } from "./held.ts";
import type { Held } from "./held.ts";

/** A set of credentials on a probe, and what its connections got. */
export interface Tried {
  readonly probe: Probe;
  readonly carriers: readonly Carrier[];
  /** The set is all that was captured, its latest values or earlier ones: it was accepted once. */
  readonly whole: boolean;
  /** Cookies had these values before the application replaced them. */
  readonly earlier: boolean;
  readonly answers: readonly { readonly reception: Reception; readonly exchange: Exchange }[];
}

interface Attempt extends Omit<Tried, "answers"> {
  readonly held: Held;
  readonly times: number;
}

/** Of a device with many cookies, so many are tried one by one. */
const mostAlone = 12;

/** Probe after probe; on each, everything by parallel connections first, then each part alone. */
export async function round(inside: Inside, connections: number): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const probe of inside.probes) {
    const [crowd, ...others] = attemptsOn(probe, inside, connections);
    if (crowd !== undefined) tried.push(...(await attempt([crowd], inside)));
    tried.push(...(await attempt(others, inside)));
  }
  return tried;
}

function attempt(attempts: readonly Attempt[], inside: Inside): Promise<Tried[]> {
  return fromFresh(inside, (client) =>
    Promise.all(
      attempts.map(async ({ held, times, ...it }) => {
        const sent = Array.from({ length: times }, () => replay(client, held, it));
        const answers = await Promise.all(sent);
        for (const { value } of answers.flatMap(({ headers }) => setCookiesOf(headers))) {
          inside.secrets.add(value);
        }
        return {
          ...it,
          answers: answers.map((answer) => ({
            reception: it.probe.baseline.receive(answer),
            exchange: redacted(answer, inside.secrets),
          })),
        };
      }),
    ),
  );
}

function replay(
  client: HttpClient,
  held: Held,
  { probe, carriers }: Pick<Tried, "probe" | "carriers">,
): Promise<Answer> {
  return client.send(askWith(probe, captureOf(held, probe.url), carriers), "replay");
}

/**
 * Everything; everything with the values that cookies had before; and, as one part may shield
 * another from being looked at, all cookies without the headers, and each part alone.
 */
function attemptsOn(probe: Probe, { held }: Inside, connections: number): Attempt[] {
  const [latest, ...earlier] = held;
  const all = carriersFor(probe, captureOf(latest, probe.url));
  const base = { probe, held: latest, whole: false, earlier: false, times: 1 };
  const cookies = all.filter(({ kind }) => kind === "cookie");
  const parts = [...(cookies.length > 1 ? [cookies] : []), ...all.map((one) => [one])];
  const known = new Set([keysOf(all)]);
  const alone = parts.filter((part) => {
    const fresh = !known.has(keysOf(part));
    known.add(keysOf(part));
    return fresh;
  });
  return [
    { ...base, carriers: all, whole: true, times: connections },
    ...earlier.map((it) => ({ ...base, held: it, carriers: all, whole: true, earlier: true })),
    ...alone.slice(0, mostAlone).map((carriers) => ({ ...base, carriers })),
  ];
}

function keysOf(carriers: readonly Carrier[]): string {
  return carriers.map(keyOf).join("\n");
}
