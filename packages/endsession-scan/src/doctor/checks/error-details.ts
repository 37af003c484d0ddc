import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { where } from "../said.ts";
import type { Answer } from "../../http/answer.ts";

/** What only a developer should see. */
const details: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\s*at .{1,200}\(?(?:\/|[A-Z]:\\|file:|node:).{0,200}:\d+:\d+\)?/mu, "a JavaScript stack"],
  [/\n?\s*at (?:<anonymous>|[\w$.<>]+) \([^)\s]+:\d+:\d+\)/u, "a JavaScript stack"],
  [/Traceback \(most recent call last\)|File "[^"]+", line \d+/u, "a Python traceback"],
  [/\bat [\w$.]+\([\w$]+\.java:\d+\)|\bjava\.lang\.\w+Exception/u, "a Java stack"],
  [/<b>(?:Fatal error|Warning|Notice)<\/b>:|Stack trace:\s*#0/u, "a PHP error"],
  [/#\d+ \/\S+\.php\(\d+\)/u, "a PHP stack"],
  [/\/\S+\.rb:\d+:in [`']/u, "a Ruby stack"],
  [/DEBUG\s*=\s*True|Werkzeug Debugger|Whoops\\|Illuminate\\/u, "a debug page"],
  [/SQLSTATE\[|ORA-\d{5}|syntax error at or near|PG::\w+Error/u, "a database error"],
];

/** What malformed requests are answered with. */
export const errorDetails: Check = {
  id: "error-details",
  title: "Errors show no details",
  requirement: "ER-01",
  async look({ target, signIn, missing, ask }) {
    const page = signIn?.ask.url ?? target.href;
    const provoked = await Promise.all([
      ask({
        url: page,
        method: "POST",
        headers: [["content-type", "application/json"]],
        body: '{"endsession":',
      }),
      ask({ url: page, headers: [["cookie", "session=%E0%A4%A; =; endsession"]] }),
      ask({ url: new URL("/%E0%A4%A/endsession", target).href }),
    ]);
    return judged(
      { bad: [missing, ...provoked].flatMap(detailsIn) },
      "Unknown addresses, a malformed body and an odd cookie are answered without details.",
      "Switch the debug mode off, and answer errors by a fixed text while the details go to the log.",
    );
  },
};

function detailsIn(answer: Answer): string[] {
  const text = answer.body
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll(/<br\s*\/?>/giu, "\n")
    .replaceAll("&nbsp;", " ");
  const found = details.find(([pattern]) => pattern.test(text));
  return found === undefined ? [] : [`${where(answer)} shows ${found[1]}`];
}
