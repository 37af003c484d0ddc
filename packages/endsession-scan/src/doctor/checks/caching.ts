import type { Answer } from "../../http/answer.ts";
import { headerOf, headersOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { where } from "../said.ts";

/** Whether caches may keep the sign-in page, or an answer that sets a cookie. */
export const caching: Check = {
  id: "caching",
  title: "The sign-in page and answers with Set-Cookie are not stored",
  requirement: "LO-10",
  look({ answers, signIn }) {
    const bad: string[] = [];
    const warn: string[] = [];
    for (const answer of answers) {
      const sets = headersOf(answer.headers, "set-cookie").length > 0;
      if (!sets && answer !== signIn) continue;
      const control = headersOf(answer.headers, "cache-control").join(", ").toLowerCase();
      if (/\bno-store\b/u.test(control)) continue;
      const what = `${where(answer)} ${sets ? "sets a cookie" : "is the sign-in page"}`;
      if (sets && forAll(answer, control)) bad.push(`${what} and lets shared caches keep it`);
      else warn.push(`${what} without Cache-Control: no-store`);
    }
    return judged(
      { bad, warn },
      "They carry Cache-Control: no-store.",
      "Send Cache-Control: no-store on the sign-in page and on every answer with Set-Cookie.",
    );
  },
};

/** RFC 9111, section 5.2.2: what lets a shared cache store. */
function forAll(answer: Answer, control: string): boolean {
  if (/\bprivate\b/u.test(control)) return false;
  const surrogate = headerOf(answer.headers, "surrogate-control") ?? "";
  return (
    /\bpublic\b|\bs-maxage=[1-9]|\bmax-age=[1-9]/u.test(control) || /max-age=[1-9]/u.test(surrogate)
  );
}
