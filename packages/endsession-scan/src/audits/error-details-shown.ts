import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { counted, listed, shortened } from "./wording.ts";

export const errorDetailsShown: Audit = defineAudit({
  id: "error-details-shown",
  title: "Errors show nothing of the inside",
  failTitle: "An error shows a stack trace or file paths",
  why: "Versions, paths and queries tell an attacker where to go on.",
  severity: "low",
  requirements: ["ER-01", "ASVS 16.5.1", "WSTG-ERRH-01"],
  cwe: 209,
  bounty: "Sensitive Data Exposure > Visible Detailed Error/Debug Page > Descriptive Stack Trace",
  fix: "Run with the framework's production setting, and answer errors with a general sentence and an id that is found in the log.",
  needs: "survey",
  judge({ errors }) {
    if (errors.length === 0) return inconclusive("No error was provoked.");
    const shown = errors.filter(({ detail }) => detail !== null);
    const evidence = (shown.length > 0 ? shown : errors.slice(0, 3)).map(
      ({ what, exchange, detail }) => ({
        exchange,
        text: detail === null ? what : `${what}: ${shortened(detail)}`,
      }),
    );
    return shown.length > 0
      ? fail(
          `${listed(shown.map(({ what }) => what))} shows what belongs into the log: “${shortened(shown[0]?.detail ?? "")}”.`,
          evidence,
        )
      : pass(
          `${counted(errors.length, "error")} provoked, none shows a stack trace or a file's path.`,
          evidence,
        );
  },
});
