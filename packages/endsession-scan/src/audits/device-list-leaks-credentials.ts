import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingCookies } from "./carriers.ts";
import { counted, listed, place } from "./wording.ts";

export const deviceListLeaksCredentials: Audit = defineAudit({
  id: "device-list-leaks-credentials",
  title: "Private answers hold no credentials of sessions",
  failTitle: "A private answer holds a session's credential",
  why: "One injected script, one screenshot or one shared log is enough to take over the session, or those of the other devices; HttpOnly is in vain.",
  severity: "high",
  requirements: ["CK-13", "LA-04", "LA-03", "ASVS 3.3.4"],
  cwe: 522,
  bounty: "Sensitive Data Exposure > Disclosure of Secrets > Non-Corporate User",
  fix: "Name sessions by an opaque handle of their own (a random id, or a keyed hash), and never put a cookie's value into a body.",
  needs: "survey",
  judge(survey, { collected }) {
    const cookies = authenticatingCookies(survey);
    // A script that sends its own token in a header may read it; a cookie's value is for no script.
    const all = [...survey.leaks, ...(collected.departure?.leaks ?? [])];
    const told = all.filter(
      ({ own, carrier }) => !own || cookies.has(carrier.replace(/^cookie /u, "")),
    );
    if (told.length > 0) {
      const foreign = told.filter(({ own }) => !own);
      const said = told.map(
        ({ url, carrier, own }) =>
          `${carrier} of ${own ? "the own session" : "another device"} at ${place(url)}`,
      );
      return fail(
        `An answer holds the value of ${listed(said)}.`,
        told.map(({ exchange }, index) => ({
          ...(exchange === null ? {} : { exchange }),
          text: said[index] ?? "",
        })),
        foreign.length > 0 ? "high" : "medium",
      );
    }
    if (survey.probes.length === 0) return inconclusive("No private answer was seen.");
    const list = survey.deviceList === null ? "" : `, nor in ${place(survey.deviceList)}`;
    return pass(
      `No credential was found in the answers of ${counted(survey.probes.length, "probe")}${list}.`,
    );
  },
});
