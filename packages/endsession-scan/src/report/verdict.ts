/** What a scan comes to: whether the session that was signed out is dead, in a word and a sentence. */
import type { Finding } from "../audit.ts";
import type { ReportVerdict } from "./schema.ts";
import { counted, firstSentence } from "./words.ts";

export interface Outcome {
  readonly verdict: ReportVerdict;
  readonly headline: string;
}

/** The two audits that say whether the session itself died; without them nothing was judged. */
export const deciding = ["session-survives-logout", "token-survives-logout"] as const;

/** The audits whose failing means that a credential works after its logout, worst first. */
const survivals: Readonly<Record<string, (reason: string) => string>> = {
  "session-survives-logout": () =>
    "Signing out does not end the session: its old cookie is still accepted.",
  "token-survives-logout": () =>
    "Signing out does not end the session: its old token is still accepted.",
  "refresh-survives-logout": () =>
    "Signing out leaves the refresh token alive: it still hands out new credentials.",
  "remember-me-survives-logout": () =>
    "Signing out leaves the remember-me token alive: it signs in again by itself.",
  "instances-disagree": () =>
    "Signing out ends the session on some instances only: others still accept it.",
  "slow-request-resurrects": () =>
    "The session comes back: a request that was under way during the logout revives it.",
  "tab-reinstalls-credentials": () =>
    "The session comes back: another open tab writes a working credential again.",
  "revocation-delayed": (reason) => `The session dies late: ${continued(reason)}`,
};

export function outcomeOf(findings: readonly Finding[]): Outcome {
  const failed = findings.filter(({ verdict }) => verdict === "fail");
  for (const [id, sentence] of Object.entries(survivals)) {
    const finding = failed.find((it) => it.id === id);
    if (finding !== undefined) return { verdict: "alive", headline: sentence(finding.reason) };
  }
  const [session, token] = deciding.map((id) => findings.find((it) => it.id === id));
  if (session?.verdict !== "pass" && token?.verdict !== "pass") {
    const open = [session, token].find((it) => it?.verdict === "inconclusive");
    const reason = (open ?? session ?? token)?.reason ?? "It was not looked at.";
    return {
      verdict: "cannot-judge",
      headline: `Whether the session dies could not be judged: ${continued(reason)}`,
    };
  }
  return { verdict: "dead", headline: deadHeadline(session, token, failed.length) };
}

/** The first sentence of a reason, to stand after a colon. */
function continued(reason: string): string {
  return firstSentence(reason).replace(
    /^(?:A|After|All|An|At|It|Just|No|Nothing|Nobody|The|There|This)\b/u,
    (word) => word.toLowerCase(),
  );
}

function deadHeadline(
  session: Finding | undefined,
  token: Finding | undefined,
  failed: number,
): string {
  const others = failed === 0 ? "" : `; ${counted(failed, "other finding")} to mend`;
  if (session?.verdict === "inconclusive") {
    return `Signing out ends the token; whether it ends the cookie's session could not be judged${others}.`;
  }
  if (token?.verdict === "inconclusive") {
    return `Signing out ends the cookie's session; whether it ends the token could not be judged${others}.`;
  }
  return `Signing out ends the session: nothing that was captured before it is accepted any more${others}.`;
}
