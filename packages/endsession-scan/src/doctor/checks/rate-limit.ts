import { headersOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { judged, ok, unknown } from "../check.ts";

const legacy = /^(?:x-)?ratelimit-(?:limit|remaining|reset)$/iu;
/** draft-ietf-httpapi-ratelimit-headers, sections 3 and 4: a list of strings with parameters. */
const item = String.raw`"[^"]+"(?:\s*;\s*\w+=(?:\d+|"[^"]*"|:[\w+/=]*:))+`;
const list = new RegExp(`^${item}(?:\\s*,\\s*${item})*$`, "u");

/** Rate-limit headers of the sign-in: looked at, never provoked. */
export const rateLimit: Check = {
  id: "rate-limit",
  title: "The sign-in tells its rate limit",
  requirement: "RL-03",
  look({ signIn }) {
    if (signIn === null) return unknown("No sign-in page was found.");
    const names = signIn.headers.map(([name]) => name.toLowerCase());
    const modern = ["ratelimit", "ratelimit-policy"].flatMap((name) =>
      headersOf(signIn.headers, name).map((value) => ({ name, value })),
    );
    if (modern.length > 0) {
      return judged(
        {
          warn: modern
            .filter(({ value }) => !list.test(value.trim()))
            .map(({ name }) => `${name} is no list of quoted names with parameters`),
        },
        "RateLimit headers are there and well formed.",
        'Write them as `RateLimit-Policy: "login";q=20;w=300` and `RateLimit: "login";r=19;t=287`.',
      );
    }
    if (names.some((name) => legacy.test(name)))
      return ok("The older RateLimit headers are there.");
    return unknown(
      "No rate-limit header on the sign-in page; whether there is a limit was not tried.",
      "Limit sign-ins by account and by address, and tell clients by RateLimit and Retry-After.",
    );
  },
};
