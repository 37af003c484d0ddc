/** What strangers can read. */
import { cors, errors, privateAddresses } from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import type { Seen } from "../seen.ts";
import { headersOfPrivate, script } from "../shell.ts";
import { quoted } from "../text.ts";

export const surface: readonly Remedy[] = [
  {
    audit: "cors-too-open",
    topics: ["cors"],
    facts: [cors, privateAddresses],
    holds: [
      "Answers with `Access-Control-Allow-Credentials: true` name one origin out of an exact list of this application's own, scheme, host and port compared as a whole.",
      "Foreign origins, `null` and look-alikes (a foreign host that begins or ends like this application's) get no Access-Control-Allow-Origin.",
      "Answers that depend on Origin carry `Vary: Origin`.",
    ],
    never: [
      "Do not answer with the origin that asked, and do not use a pattern where a list will do.",
    ],
    check: (seen) =>
      script(
        headersOfPrivate(seen, "access-control-", "nothing", "-H 'Origin: https://evil.test'"),
        headersOfPrivate(seen, "access-control-", "nothing", "-H 'Origin: null'"),
      ),
  },
  {
    audit: "error-details-shown",
    topics: ["errors"],
    facts: [errors],
    holds: [
      "Errors answer the right status with a fixed text: no stack, file path, query, version or configuration.",
      "The details go to the log, with an id that the answer may repeat; the log holds no session ids, tokens or passwords.",
      "This holds for malformed bodies, odd cookies and unknown addresses too, which never reach the application's own handlers.",
    ],
    never: ["Do not answer errors with 200, and do not swallow them unlogged."],
    check: (seen) => [
      `curl -s -i -X POST -H 'Content-Type: application/json' -d '{"a":' ${target(seen)}   # 4xx, no details`,
      `curl -s -i -H 'Cookie: %=%; a' ${target(seen)}   # no details`,
    ],
  },
];

function target(seen: Seen): string {
  return seen.target === null
    ? '"${BASE_URL:?the address of the application}"'
    : quoted(seen.target);
}
