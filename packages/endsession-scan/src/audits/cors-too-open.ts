import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingFacts, onlyByHeader } from "./carriers.ts";
import { counted, listed } from "./wording.ts";

export const corsTooOpen: Audit = defineAudit({
  id: "cors-too-open",
  title: "Foreign origins may not read private answers",
  failTitle: "A foreign origin may read private answers",
  why: "A stranger's page reads the user's data with the user's own cookies, wherever the browser sends them along.",
  severity: "high",
  requirements: ["CS-06", "ASVS 3.4.2", "WSTG-CLNT-07"],
  cwe: 942,
  bounty: "Server Security Misconfiguration > Unsafe Cross-Origin Resource Sharing",
  fix: "Allow credentials to a list of exact origins, and never answer with the Origin that was asked with.",
  needs: "survey",
  judge(survey, artifacts) {
    const { cors, probes } = survey;
    if (cors.length === 0)
      return inconclusive("No private answer was asked for with a foreign Origin.");
    const allowed = cors.filter((it) => it.allowed);
    const evidence = (allowed.length > 0 ? allowed : cors.slice(0, 2)).map((it) => ({
      exchange: it.exchange,
      text: `${nameOf(it.probe)}, Origin ${it.origin}: ${it.allowed ? "allowed with credentials" : "not allowed"}`,
    }));
    if (allowed.length === 0) {
      return pass(
        `${counted(new Set(cors.map(({ origin }) => origin)).size, "foreign origin")} tried, none of them may read a private answer with credentials.`,
        evidence,
      );
    }
    if (onlyByHeader(artifacts)) {
      return notApplicable(
        "Foreign origins are allowed, but only a request header carries the identity, which no foreign page can send.",
      );
    }
    const everywhere = authenticatingFacts(survey).some(
      ({ sameSite }) => sameSite === "None" || sameSite === null,
    );
    return fail(
      `Private answers allow ${listed(allowed.map(({ origin }) => origin))} to read them with credentials.${everywhere ? "" : " SameSite keeps the cookie from other sites' requests, but not from those of sibling domains."}`,
      evidence,
      everywhere || survey.httpAuthentication ? "high" : "medium",
    );

    function nameOf(id: string): string {
      return probes.find((it) => it.id === id)?.url.split(/[?#]/u)[0] ?? id;
    }
  },
});
