import { isLocal } from "../../config/hosts.ts";
import { redirectOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { linksOf } from "../links.ts";
import { pathOf, where } from "../said.ts";
import { sameHost } from "../visit.ts";

/** Whether the application knows by which scheme and host it is reached. */
export const scheme: Check = {
  id: "scheme",
  title: "Redirects, links and forms keep the scheme and the host",
  requirement: "ASVS 12.2.1",
  look({ target, home, answers }) {
    const bad: string[] = [];
    const warn: string[] = [];
    if (home.ask.url.startsWith("http:") && !isLocal(target.hostname)) {
      bad.push("the application is used over plain http on a public host");
    }
    for (const answer of answers) {
      const to = redirectOf(answer);
      const from = new URL(answer.ask.url);
      if (to !== null && from.protocol === "https:" && to.startsWith("http:")) {
        bad.push(`${where(answer)} redirects from https to http`);
      } else if (to !== null && !sameHost(to, target) && isInner(to)) {
        warn.push(`${where(answer)} redirects to the inner host ${new URL(to).host}`);
      }
      for (const { url, method } of linksOf(answer)) {
        if (from.protocol === "https:" && sameHostName(url, target) && url.startsWith("http:")) {
          const kind = method === "POST" ? "a form" : "a link";
          bad.push(`${where(answer)} has ${kind} to http: ${pathOf(url)}`);
        } else if (!sameHost(url, target) && isInner(url) && !isLocal(target.hostname)) {
          warn.push(`${where(answer)} links to the inner host ${new URL(url).host}`);
        }
      }
    }
    return judged(
      { bad, warn },
      "Every redirect, link and form stays on the scheme and host that were asked.",
      "Have the proxy that ends TLS set X-Forwarded-Proto and X-Forwarded-Host itself, and the application believe that proxy and nobody else.",
    );
  },
};

/** A name that a visitor's browser cannot reach: what a proxy forgot to translate. */
function isInner(url: string): boolean {
  return URL.canParse(url) && /^https?:/u.test(url) && isLocal(new URL(url).hostname);
}

function sameHostName(url: string, target: URL): boolean {
  return URL.canParse(url) && new URL(url).hostname === target.hostname;
}
