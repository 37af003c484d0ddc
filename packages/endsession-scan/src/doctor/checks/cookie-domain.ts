import { isIP } from "node:net";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { nameOf } from "../said.ts";
import { cookiesOf } from "../visit.ts";

/** Under these anybody may register: a small part of the public suffix list. */
const shared =
  /^(?:(?:co|com|org|net|ac|gov|edu|ne|or|go)\.[a-z]{2}|[\w-]*\.?(?:github|gitlab|netlify|herokuapp|vercel|pages|web|firebaseapp|azurewebsites|cloudfront|appspot|onrender|fly|ngrok|workers|surge|glitch)\.(?:io|app|com|dev|net|me|sh))$/u;

/** rfc6265bis, section 5.7, steps 9 and 10: whom a cookie is for. */
export const cookieDomain: Check = {
  id: "cookie-domain",
  title: "The Domain of cookies fits the host, and is no wider than it must be",
  requirement: "CK-01",
  look(visit) {
    const bad: string[] = [];
    const warn: string[] = [];
    for (const { cookie, answer } of cookiesOf(visit)) {
      const domain = (cookie.attributes.get("domain") ?? "").replace(/^\./u, "").toLowerCase();
      if (domain === "") continue;
      const host = new URL(answer.ask.url).hostname.replace(/^\[|\]$/gu, "");
      const name = `${nameOf(cookie)} with Domain ${domain}`;
      if (domain !== host && !host.endsWith(`.${domain}`)) {
        bad.push(`${name} does not belong to ${host}, so browsers drop it`);
      } else if (isIP(host) !== 0) {
        warn.push(`${name} names an IP address, which some browsers drop`);
      } else if ((!domain.includes(".") && domain !== "localhost") || shared.test(domain)) {
        bad.push(`${name} is for everyone under a shared suffix, so browsers drop it`);
      } else if (domain === host) {
        warn.push(`${name} is sent to all subdomains of ${host}`);
      } else {
        warn.push(`${name} is sent to all subdomains, and any of them can set its twin`);
      }
    }
    return judged(
      { bad, warn },
      "Cookies are for this host alone, or none was set.",
      "Leave Domain out unless subdomains have to share the cookie; when it changes, delete the cookie under its old Domain as well.",
    );
  },
};
