import type { ProbeFact } from "../artifacts.ts";
import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { counted, listed, place } from "./wording.ts";

export const privatePageCacheable: Audit = defineAudit({
  id: "private-page-cacheable",
  title: "Private answers are not stored",
  failTitle: "Browsers and caches may store private answers",
  why: "Copies of private pages outlive the session on disk, in the browser's history and, where the answer says public, at strangers'.",
  severity: "low",
  requirements: ["CA-01", "CA-04", "ASVS 14.3.2", "WSTG-ATHN-06", "RFC 9111 §5.2.2.5"],
  cwe: 525,
  bounty:
    "Server Security Misconfiguration > Lack of Security Headers > Cache-Control for a Sensitive Page",
  fix: "Send Cache-Control: no-store with every answer that depends on who asks, pages and APIs alike.",
  needs: "survey",
  quick: true,
  judge({ probes }) {
    if (probes.length === 0) return inconclusive("No private answer was seen.");
    // The document of a rendered page is the same for everybody, and no cache keeps other methods.
    const judged = probes.filter(
      ({ kind, method }) => kind !== "rendered" && /^(?:GET|HEAD)$/iu.test(method),
    );
    if (judged.length === 0) {
      return notApplicable("No private content comes with an answer that caches keep.");
    }
    const stored = judged.filter(({ cacheControl }) => !directives(cacheControl).has("no-store"));
    const evidence = (stored.length > 0 ? stored : judged).map(
      ({ signedIn, url, cacheControl }) => ({
        exchange: signedIn,
        text: `${place(url)}: ${cacheControl === null ? "no Cache-Control" : `Cache-Control: ${cacheControl}`}`,
      }),
    );
    if (stored.length === 0) {
      return pass(
        `Cache-Control: no-store is on the private answers of ${counted(judged.length, "probe")}.`,
        evidence,
      );
    }
    const kept = stored.filter(isKept);
    const said = (kept.length > 0 ? kept : stored).map(
      ({ url, cacheControl }) => `${place(url)} (${cacheControl ?? "no Cache-Control"})`,
    );
    return fail(
      `Private answers ${kept.length > 0 ? "invite caches to keep them" : "do not say no-store"}: ${listed(said)}.`,
      evidence,
      kept.length > 0 ? "medium" : "low",
    );
  },
});

/** Whether the answer asks to be kept. */
function isKept({ cacheControl }: ProbeFact): boolean {
  const said = directives(cacheControl);
  const positive = (name: string): boolean => Number(said.get(name) ?? 0) > 0;
  return said.has("public") || positive("max-age") || positive("s-maxage");
}

function directives(header: string | null): ReadonlyMap<string, string> {
  return new Map(
    (header ?? "").split(",").map((part): [string, string] => {
      const [name = "", value = ""] = part.split("=");
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
    }),
  );
}
