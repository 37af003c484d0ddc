/** Asking the judge in tests. */
import { expect } from "vitest";
import type { Finding } from "../../audit.ts";
import { judge } from "../../judge.ts";
import { artifactsWith } from "./artifacts.ts";
import type { Changes } from "./artifacts.ts";

export function findingOf(id: string, changes: Changes = {}): Finding {
  const [finding] = judge(artifactsWith(changes), [id]);
  if (finding === undefined) throw new Error(`No finding of ${id}.`);
  return finding;
}

export function verdictOf(id: string, changes: Changes = {}): string {
  return findingOf(id, changes).verdict;
}

/** Ids of what fails, with their severities. */
export function failures(changes: Changes): string[] {
  return judge(artifactsWith(changes))
    .filter(({ verdict }) => verdict === "fail")
    .map(({ id, severity }) => `${id} ${severity}`);
}

/** One fault makes exactly one audit fail, and it says what was seen. */
export function failsAlone(
  id: string,
  severity: string,
  changes: Changes,
  ...says: string[]
): void {
  expect(failures(changes)).toEqual([`${id} ${severity}`]);
  const { reason, evidence } = findingOf(id, changes);
  for (const text of says) expect(reason).toContain(text);
  expect(evidence.length).toBeGreaterThan(0);
}
