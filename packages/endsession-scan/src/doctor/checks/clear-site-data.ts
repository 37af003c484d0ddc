import { headersOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { where } from "../said.ts";

const types = [
  "cache",
  "cookies",
  "storage",
  "executionContexts",
  "prefetchCache",
  "prerenderCache",
  "clientHints",
  "*",
];

/** W3C Clear-Site-Data, section 3: a list of quoted strings. */
export const clearSiteData: Check = {
  id: "clear-site-data",
  title: "Clear-Site-Data is well formed, and not for everyone",
  requirement: "CL-08",
  look({ answers, missing }) {
    const bad: string[] = [];
    const warn: string[] = [];
    for (const answer of [...answers, missing]) {
      for (const value of headersOf(answer.headers, "clear-site-data")) {
        const parts = value.split(",").map((part) => part.trim());
        const unquoted = parts.filter((part) => !/^"[^"]*"$/u.test(part));
        const strange = parts.filter(
          (part) => !unquoted.includes(part) && !types.includes(part.slice(1, -1)),
        );
        if (unquoted.length > 0) {
          bad.push(`${where(answer)} sends it without quotation marks, so browsers ignore it`);
        }
        if (strange.length > 0) warn.push(`${where(answer)} names a type that does not exist`);
        warn.push(`${where(answer)} sends it to anyone, so any page can empty a user's data`);
      }
    }
    return judged(
      { bad, warn },
      "No public answer sends it.",
      'Send it on the answer to a real logout only, each type in quotation marks: `Clear-Site-Data: "storage"`.',
    );
  },
};
