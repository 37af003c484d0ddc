import type { LogoutAnswer } from "../artifacts.ts";
import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit, Evidence } from "../audit.ts";
import { logoutDoubt } from "./logout-done.ts";
import { listed } from "./wording.ts";

export const logoutNeedsLiveSession: Audit = defineAudit({
  id: "logout-needs-live-session",
  title: "Logout succeeds without a living session",
  failTitle: "Logout fails when the session is already dead",
  why: "Who clicks “Log out” after the session has ended gets an error and keeps cookies and data in the browser, seemingly signed in for ever.",
  severity: "low",
  requirements: ["LO-03", "CS-04", "RFC 7009 §2.2"],
  cwe: 755,
  bounty: "Broken Authentication and Session Management > Failure to Invalidate Session",
  fix: "Answer a logout with a dead, unknown or missing credential like any other: success, and the same deletion of cookies. Check Origin or Sec-Fetch-Site instead of a token that dies with the session.",
  needs: "answers",
  judge({ live, dead, random, none, bearer }, artifacts) {
    const doubt = logoutDoubt(artifacts);
    if (doubt !== null) return inconclusive(doubt);
    if (live === null || unusable(live) || live.status >= 400) {
      return inconclusive(
        live === null
          ? "The logout request could not be repeated with a living session."
          : `Repeated with a living session, the logout request was answered with ${live.status}: the other answers prove nothing.`,
        live === null ? [] : [evidenceOf("a living session", live)],
      );
    }
    const asked = (
      [
        ["a dead session", dead],
        ["an unknown session", random],
        ["no session", none],
      ] as const
    ).flatMap(([whose, answer]) =>
      answer === null || unusable(answer) ? [] : [{ whose, answer }],
    );
    // A token that goes with the cookies is missing where they are: that keeps nobody signed in.
    const token = artifacts.collected.departure?.signOut.request?.token === true;
    const refused = asked.filter(
      ({ whose, answer }) =>
        answer.status >= 400 &&
        !(bearer && answer.status === 401) &&
        !(token && whose !== "a dead session"),
    );
    if (refused.length > 0) {
      const said = refused.map(({ whose, answer }) => `with ${whose} ${answer.status}`);
      return fail(
        `The same logout request is answered ${live.status} with a living session, but ${listed(said)}.`,
        refused.map(({ whose, answer }) => evidenceOf(whose, answer)),
      );
    }
    if (!asked.some(({ whose }) => whose === "a dead session")) {
      return inconclusive("The logout request was not answered, or limited, with a dead session.");
    }
    return pass(
      `The logout request is answered without an error ${listed(asked.map(({ whose }) => `with ${whose}`))}.`,
      asked.slice(0, 1).map(({ whose, answer }) => evidenceOf(whose, answer)),
    );
  },
});

/** No answer, or one of the rate limit. */
function unusable({ status }: LogoutAnswer): boolean {
  return status === 0 || status === 429;
}

function evidenceOf(whose: string, { status, exchange }: LogoutAnswer): Evidence {
  return { exchange, text: `logout with ${whose}: ${status}` };
}
