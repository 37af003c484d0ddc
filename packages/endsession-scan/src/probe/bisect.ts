/**
 * Finding the smallest sets that carry identity, by leaving out one carrier after the other. This is
 * done on a sign-in that is spent on it: a request with part of its credentials may end a session.
 */
import type { AuthenticatingSet, Carrier, Reception } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import type { HttpClient } from "../http/client.ts";
import { setCookiesOf } from "../http/cookies.ts";
import { askWith, carriersFor, keyOf } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** So many different sets are looked for. */
const mostSets = 3;

/**
 * The minimal sets of one probe.
 *
 * @param revive signs the device in again, when a partial request ended its session; returns whether
 *   it did
 */
export async function minimalSets(
  client: HttpClient,
  device: Device,
  probe: Probe,
  revive: () => Promise<boolean>,
): Promise<AuthenticatingSet[]> {
  const capture = await device.capture();
  const lasting = new Set(
    capture.cookies.filter(({ expires }) => expires > 0).map(({ name }) => name),
  );
  const full = carriersFor(probe, capture);

  const ask = async (
    carriers: readonly Carrier[],
  ): Promise<{ reception: Reception; renewed: boolean }> => {
    const answer = await client.send(
      askWith(probe, await device.capture(), carriers),
      "fresh client",
    );
    const reception = probe.baseline.receive(answer);
    const renewed = setCookiesOf(answer.headers).some(({ deletes }) => !deletes);
    if (reception === "accepted") await device.absorb(answer);
    return { reception, renewed };
  };
  /** Whether a set is accepted; a refusal counts only while the session is still alive. */
  const accepts = async (carriers: readonly Carrier[]): Promise<boolean> => {
    if ((await ask(carriers)).reception === "accepted") return true;
    if ((await ask(full)).reception !== "accepted" && (await revive())) {
      return (await ask(carriers)).reception === "accepted";
    }
    return false;
  };
  const minimise = async (start: readonly Carrier[]): Promise<Carrier[]> => {
    let set = [...start];
    for (const carrier of start.toSorted(
      (a, b) => likelihood(a, lasting) - likelihood(b, lasting),
    )) {
      if (set.length === 1) break;
      const less = set.filter((it) => it !== carrier);
      if (await accepts(less)) set = less;
    }
    return set;
  };

  const sets: AuthenticatingSet[] = [];
  const waiting: (readonly Carrier[])[] = [full];
  while (waiting.length > 0 && sets.length < mostSets) {
    const start = waiting.shift() ?? [];
    if (start.length === 0 || sets.some((set) => includes(start, set.carriers))) continue;
    if (start !== full && !(await accepts(start))) continue;
    const carriers = await minimise(start);
    // A lasting cookie that is not the first way in, and that is answered with a new session.
    const rememberMe =
      sets.length > 0 &&
      carriers.every(({ kind, name }) => kind === "cookie" && lasting.has(name)) &&
      (await ask(carriers)).renewed;
    sets.push({ carriers, rememberMe, probe: probe.id });
    for (const carrier of carriers)
      waiting.push(start.filter((it) => keyOf(it) !== keyOf(carrier)));
  }
  return sets;
}

/** What is least likely to carry identity is left out first; lasting cookies before session cookies. */
function likelihood({ kind, name }: Carrier, lasting: ReadonlySet<string>): number {
  if (kind === "header") return name === "authorization" ? 3 : 0;
  if (/csrf|xsrf|lang|locale|theme|consent|^_ga|^_g/iu.test(name)) return 0;
  return lasting.has(name) ? 1 : 2;
}

function includes(larger: readonly Carrier[], smaller: readonly Carrier[]): boolean {
  const keys = new Set(larger.map(keyOf));
  return smaller.every((carrier) => keys.has(keyOf(carrier)));
}
