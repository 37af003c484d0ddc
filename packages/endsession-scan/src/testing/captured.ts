/** What a capture is for its test, and what it is inside: values that no printout may show. */
import type { Hosts } from "../config/hosts.ts";
import { HttpClient } from "../http/client.ts";
import { Log } from "../http/log.ts";
import type { Secrets } from "../http/secrets.ts";
import type { Probe } from "../probe/probe.ts";
import { ScanError } from "../scan-error.ts";
import type { Held } from "./held.ts";
import type { Source } from "./sources.ts";

/** Credentials that were shown to sign in, for {@link expectDead} and {@link expectAlive}. */
export interface Captured {
  /** What is asked, such as `GET http://localhost:3000/account`, and how the answers differ. */
  readonly probes: readonly { readonly request: string; readonly difference: string }[];
  /** What the probes carry, such as `cookie sid`. */
  readonly carriers: readonly string[];
  /**
   * The headers of a request in the name of the captured device, for a test without a browser: a
   * logout, for example. Has `cookie` with the values as the application last replaced them.
   *
   * @param address absolute, or relative to the base address
   * @throws ScanError when the address belongs to no host of the probes
   */
  headersFor(address: string): Record<string, string>;
}

/** How the application may be asked. */
export interface World {
  readonly hosts: Hosts;
  readonly insecure: boolean;
  readonly secrets: Secrets;
}

export interface Inside extends World {
  readonly probes: readonly Probe[];
  readonly giveBack: Source["giveBack"];
  /** What was held, the latest first: the application may replace cookies at any answer. */
  held: readonly [Held, ...Held[]];
}

const insides = new WeakMap<Captured, Inside>();

export function keep(captured: Captured, inside: Inside): Captured {
  insides.set(captured, inside);
  return captured;
}

export function insideOf(captured: Captured): Inside {
  const inside = insides.get(captured);
  if (inside !== undefined) return inside;
  throw new ScanError("usage", "This is not what capture() gave: await it first.");
}

/** Asks from a client that never asked before: every connection is new, and closed at the end. */
export async function fromFresh<Result>(
  { hosts, insecure }: World,
  ask: (client: HttpClient) => Promise<Result>,
): Promise<Result> {
  const client = new HttpClient(hosts, new Log(), insecure);
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}
