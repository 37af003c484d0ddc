/** What browsers call themselves, each text once: thousands of sessions share a few. */
import type { RequestFacts } from "../settings.ts";

/** The part of a request's facts from which its device is told. */
export type Agent = Pick<RequestFacts, "userAgent" | "brands" | "platform" | "platformVersion">;

const most = 1000;

/** Keeps one copy of each. */
export class Agents {
  readonly #known = new Map<string, Agent>();

  get({ userAgent, brands, platform, platformVersion }: Agent): Agent {
    const key = JSON.stringify([userAgent, brands, platform, platformVersion]);
    const known = this.#known.get(key);
    if (known) return known;
    const agent = { userAgent, brands, platform, platformVersion } as Agent;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(key, agent);
    return agent;
  }
}

/** Whether two requests come from what calls itself the same. */
export function sameAgent(a: Agent, b: Agent): boolean {
  return (
    a.userAgent === b.userAgent &&
    (a.brands ?? null) === (b.brands ?? null) &&
    (a.platform ?? null) === (b.platform ?? null) &&
    (a.platformVersion ?? null) === (b.platformVersion ?? null)
  );
}
