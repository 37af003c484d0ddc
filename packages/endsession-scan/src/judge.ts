/** From what was seen to findings: saved artifacts can be judged again without a browser. */
import type { Artifacts } from "./artifacts.ts";
import type { Audit, Evidence, Finding } from "./audit.ts";
import { audits } from "./audits/index.ts";
import { ScanError } from "./scan-error.ts";

/**
 * Every audit's verdict on those artifacts, in the order of the list.
 *
 * @param only ids of the audits that are asked for; default: all
 * @throws ScanError when there is no audit of such an id
 */
export function judge(artifacts: Artifacts, only?: readonly string[]): Finding[] {
  checkAudits(only);
  return audits
    .filter(({ id }) => only === undefined || only.includes(id))
    .map((audit) => findingOf(audit, artifacts));
}

/** @throws ScanError when there is no audit of such an id */
export function checkAudits(only: readonly string[] = []): void {
  const unknown = only.filter((id) => audits.every((audit) => audit.id !== id));
  if (unknown.length > 0) {
    throw new ScanError(
      "usage",
      `There is no audit named ${unknown.join(", ")}. There are: ${audits.map(({ id }) => id).join(", ")}.`,
    );
  }
}

function findingOf(audit: Audit, artifacts: Artifacts): Finding {
  const { id, title, failTitle, why, severity, requirements, cwe, bounty, fix } = audit;
  const judgement = audit.judge(artifacts);
  return {
    id,
    title,
    failTitle,
    why,
    requirements,
    cwe,
    bounty,
    fix,
    severity: judgement.severity ?? severity,
    verdict: judgement.verdict,
    reason: judgement.reason,
    evidence: judgement.evidence.map((it) => known(it, artifacts)),
  };
}

/** An exchange that was not kept cannot be shown: its line of text has to do. */
function known({ exchange, text }: Evidence, { exchanges }: Artifacts): Evidence {
  return exchange !== undefined && exchange in exchanges ? { exchange, text } : { text };
}
