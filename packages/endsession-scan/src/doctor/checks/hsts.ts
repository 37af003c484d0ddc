import { headersOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged, unknown } from "../check.ts";
import { where } from "../said.ts";

/** Half a year, in seconds. */
const enough = 15_552_000;

/** RFC 6797. */
export const hsts: Check = {
  id: "hsts",
  title: "Strict-Transport-Security on https",
  requirement: "ASVS 3.4.1",
  look({ home, signIn }) {
    if (!home.ask.url.startsWith("https:")) return unknown("Plain http: browsers ignore it here.");
    const bad: string[] = [];
    const warn: string[] = [];
    for (const page of new Set([home, ...(signIn === null ? [] : [signIn])])) {
      const [value] = headersOf(page.headers, "strict-transport-security");
      const age = /(?:^|;)\s*max-age\s*=\s*"?(\d+)/iu.exec(value ?? "")?.[1];
      if (value === undefined) warn.push(`${where(page)} does not send it`);
      else if (age === undefined) bad.push(`${where(page)} sends it without max-age`);
      else if (Number(age) === 0) bad.push(`${where(page)} switches it off (max-age=0)`);
      else if (Number(age) < enough) warn.push(`${where(page)} sends it for ${age} s only`);
    }
    return judged(
      { bad, warn },
      "It is sent, for half a year or longer.",
      "Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` on every https answer, once all subdomains speak https.",
    );
  },
};
