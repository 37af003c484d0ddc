import { headersOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged, unknown } from "../check.ts";
import { where } from "../said.ts";

/** Whether other sites may frame the page on which sessions begin. */
export const framing: Check = {
  id: "framing",
  title: "Other sites may not frame the sign-in page",
  requirement: "CS-08",
  look({ home, signIn }) {
    const page = signIn ?? home;
    if (page.status === 0 || page.status >= 300) return unknown("No page was found to look at.");
    const policies = headersOf(page.headers, "content-security-policy").join(";");
    const ancestors = /(?:^|[;,])\s*frame-ancestors\s+([^;,]*)/iu.exec(policies)?.[1]?.trim();
    const options = headersOf(page.headers, "x-frame-options").join(",").toLowerCase();
    // CSP, where it speaks of framing, is what counts.
    const open =
      ancestors === undefined
        ? !/\b(?:deny|sameorigin)\b/u.test(options)
        : /(?:^|\s)(?:\*|https?:)(?:\s|$)/u.test(ancestors);
    return judged(
      { warn: open ? [`${where(page)} can be framed by any site`] : [] },
      "It says who may frame it.",
      "Send `Content-Security-Policy: frame-ancestors 'none'` (or 'self') on pages that sign in or manage sessions.",
    );
  },
};
