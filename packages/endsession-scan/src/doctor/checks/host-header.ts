import type { Answer } from "../../http/answer.ts";
import { headerOf } from "../../http/answer.ts";
import { setCookiesOf } from "../../http/cookies.ts";
import type { Check } from "../check.ts";
import { judged, unknown } from "../check.ts";
import { where } from "../said.ts";

const evil = "endsession-doctor.invalid";

/** Whether a Host header of a stranger's choice ends in redirects, links and cookies. */
export const hostHeader: Check = {
  id: "host-header",
  title: "The Host header of a stranger is not repeated",
  requirement: "LO-08",
  async look({ home, signIn, answers, ask }) {
    const pages = new Set([home, ...(signIn === null ? [] : [signIn]), ...answers.slice(0, 1)]);
    const addresses = [...pages].map((page) => page.ask.url);
    const asked = await Promise.all(
      addresses.flatMap((url) => [
        ask({ url, headers: [["host", evil]] }),
        ask({ url, headers: [["x-forwarded-host", evil]] }),
        ask({ url, headers: [["forwarded", `host=${evil}`]] }),
      ]),
    );
    if (asked.every(({ status }) => status === 0)) {
      return unknown("No answer came to a request with another Host header.");
    }
    return judged(
      { bad: asked.flatMap(repeated) },
      "Neither Host nor X-Forwarded-Host of a stranger comes back in a redirect, a link or a cookie.",
      "Build addresses from a configured base address, and answer 421 or 400 to every Host that is not one of this application's.",
    );
  },
};

function repeated(answer: Answer): string[] {
  const name = answer.ask.headers.find(([, value]) => value.includes(evil))?.[0] ?? "host";
  const how = `${where(answer)} repeats a foreign ${name} in`;
  return [
    ...((headerOf(answer.headers, "location") ?? "").includes(evil) ? [`${how} its redirect`] : []),
    ...(setCookiesOf(answer.headers).some(({ attributes }) =>
      (attributes.get("domain") ?? "").includes(evil),
    )
      ? [`${how} a cookie's Domain`]
      : []),
    ...(new RegExp(`(?:href|action|src|content)\\s*=\\s*["']?(?:https?:)?//${evil}`, "iu").test(
      answer.body,
    )
      ? [`${how} a link or form`]
      : []),
  ];
}
