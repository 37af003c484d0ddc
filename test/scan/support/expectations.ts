/** What every scan of a hostile application has to leave behind, and may not. */
import { expect } from "vitest";
import type { TestContext } from "vitest";
import type { Ran } from "./command.ts";
import { account, Site } from "./hostile-site.ts";
import type { Handler } from "./hostile-site.ts";

/** What says that something dies with the logout: none may pass where it could not be judged. */
const deaths = new Set([
  "session-survives-logout",
  "token-survives-logout",
  "refresh-survives-logout",
  "remember-me-survives-logout",
  "revocation-delayed",
  "instances-disagree",
]);

export async function started(context: TestContext, handler?: Handler): Promise<Site> {
  const site = await Site.start(handler);
  context.onTestFinished(() => site.stop());
  return site;
}

/** Ended by itself, cleaned up, and told nobody's secrets. */
export function expectClean(ran: Ran, site?: Site): void {
  const secrets = [account.password, ...(site?.secrets ?? [])];
  expect({
    signal: ran.signal,
    left: ran.left,
    litter: ran.litter,
    told: secrets.filter((secret) => ran.everything.includes(secret)),
  }).toEqual({ signal: null, left: [], litter: [], told: [] });
}

function failuresOf({ report }: Ran): string[] {
  const failed = (report?.audits ?? []).filter(({ verdict }) => verdict === "fail");
  return failed.map(({ id, reason }) => `${id}: ${reason}`);
}

/** Exit code 2 with that sentence, and not a word of a dead session. */
export function expectNoJudgement(ran: Ran, sentence: RegExp, site?: Site): void {
  expectClean(ran, site);
  expect(`${ran.stderr}${ran.stdout}`).toMatch(sentence);
  expect([ran.code, ...failuresOf(ran)]).toEqual([2]);
  const passed = (ran.report?.audits ?? []).filter(
    ({ id, verdict }) => verdict === "pass" && deaths.has(id),
  );
  expect(passed).toEqual([]);
  expect(ran.stderr).not.toMatch(/\n\s+at |undefined|\[object/u);
}
