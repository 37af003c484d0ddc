/** What the audits of unwanted ways to the logout have in common. */
import type { Artifacts, Way } from "../artifacts.ts";
import { inconclusive, notApplicable, pass } from "../audit.ts";
import type { Evidence, Judgement } from "../audit.ts";
import { onlyByHeader } from "./carriers.ts";
import { logoutDoubt } from "./logout-done.ts";

export function evidenceOf(way: Way): readonly Evidence[] {
  const text = `${way.how}: ${way.ended === true ? "the session ended" : "the session lives"}`;
  return [way.exchange === null ? { text } : { exchange: way.exchange, text }];
}

/** What a way comes to that did not end the session. */
export function harmless(way: Way, artifacts: Artifacts, what: string): Judgement {
  if (!way.tried) {
    return onlyByHeader(artifacts)
      ? notApplicable(
          "Only a request header carries the identity, and no address or form sends that.",
        )
      : inconclusive(`This was not tried: ${way.how}`);
  }
  if (way.ended === null) {
    return inconclusive(`Whether the session lived on afterwards could not be told: ${way.how}`);
  }
  const doubt = logoutDoubt(artifacts);
  if (doubt !== null) return inconclusive(doubt);
  const { departure } = artifacts.collected;
  if (departure !== undefined && departure.signOut.browser !== "refused") {
    return inconclusive(
      "Not even the application's own logout signs the browser out, so that the session lives on proves nothing.",
    );
  }
  return pass(`${what} did not end the session.`, evidenceOf(way));
}
