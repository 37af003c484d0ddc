import { defineAudit, fail, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { counted, listed, place } from "./wording.ts";

export const secretInUrl: Audit = defineAudit({
  id: "secret-in-url",
  title: "No secret travels in an address",
  failTitle: "A secret travels in an address",
  why: "Addresses stand in histories, logs, bookmarks and Referer headers, long after the session.",
  severity: "medium",
  requirements: ["LO-12", "CK-13", "ASVS 14.2.1", "WSTG-SESS-04"],
  cwe: 598,
  bounty: "Sensitive Data Exposure > Sensitive Token in URL > User Facing",
  fix: "Carry sessions in cookies, tokens in a header and passwords in a body, and take session ids in addresses off in the framework's settings.",
  needs: "survey",
  judge({ secretsInUrls, probes }) {
    if (secretsInUrls.length === 0) {
      return pass(
        `No address that was asked for held a session id, a token or the password (${counted(probes.length, "probe")}).`,
      );
    }
    const said = secretsInUrls.map(({ url, what }) => `${what} in ${place(url)}`);
    return fail(
      `An address holds ${listed(said)}.`,
      said.map((text) => ({ text })),
      secretsInUrls.some(({ what }) => /password/iu.test(what)) ? "high" : "medium",
    );
  },
});
