/** Errors provoked without harm, and whether they tell what only developers should read. */
import type { ProvokedError } from "../artifacts.ts";
import type { Capture } from "../browser/device.ts";
import type { Answer, Ask } from "../http/answer.ts";
import { askWith } from "../probe/probe.ts";
import type { Scene } from "../scene.ts";

const telling = [
  /Traceback \(most recent call last\)[^\n]*/u,
  /\bat [\w$.<>[\] ]+ \((?:file:\/\/)?\/?[^\s()]+:\d+:\d+\)/u,
  /\bat (?:file:\/\/)?\/[^\s()<]+\.[cm]?[jt]s:\d+:\d+/u,
  /File &?(?:quot;|#34;|")[^"&]+\.py&?(?:quot;|#34;|")?,? line \d+/u,
  /\bat [\w.$]+\([\w$]+\.java:\d+\)/u,
  /(?:Fatal error|Warning|Parse error|Notice)(?:<\/b>)?: .{0,200} in (?:<b>)?\/[^\s<]+\.php/u,
  /#\d+ \/[^\s(]+\.php\(\d+\)/u,
  /(?:\/(?:usr|home|var|srv|app|opt|tmp)\/[\w./-]+\.(?:py|rb|php|js|ts|java|go)):\d+/u,
  /\b(?:ENOENT|EACCES|EISDIR|ENOTDIR|EPERM): [\w ,]{0,60}['"]\/[^'"]+['"]/u,
  /No such file or directory: ?&?(?:#39;|#x27;|quot;|['"])\/[^\s'"&]+/u,
  /You're seeing this error because you have <code>DEBUG = True<\/code>/u,
  /Werkzeug Debugger|Whoops, looks like something went wrong|Symfony Exception|ActionController::\w+Error|SQLSTATE\[/u,
  /(?:ER_|SQLITE_|ORA-\d{5}|PG::|psycopg2\.|sqlite3\.)\w*(?:Error|ERROR)/u,
];

export async function provokedErrors(scene: Scene, capture: Capture): Promise<ProvokedError[]> {
  const { start } = scene.plan;
  const [probe] = scene.probes;
  const json = [["content-type", "application/json"]] as const;
  const login = scene.plan.loginUrl ?? new URL("/login", start).href;
  const asks: readonly (readonly [what: string, ask: Ask])[] = [
    [
      "an unknown page",
      { method: "GET", url: new URL("/endsession-scan/no-such-page", start).href, headers: [] },
    ],
    ["a malformed body", { method: "POST", url: login, headers: [...json], body: '{"username": ' }],
    [
      "a malformed percent sign",
      { method: "GET", url: new URL("/%E0%A4%A", start).href, headers: [] },
    ],
    ...(probe === undefined
      ? []
      : ([["an odd cookie", oddCookie(askWith(probe, capture))]] as const)),
  ];
  const facts: ProvokedError[] = [];
  for (const [what, ask] of asks) {
    const answer = await scene.client.send(ask, "fresh client");
    facts.push({ what, exchange: answer.id, detail: detailOf(answer) });
  }
  return facts;
}

/** The line that tells too much, or `null`; only answers that report a failure are read. */
function detailOf({ status, body }: Answer): string | null {
  if (status < 400) return null;
  const beginning = body.slice(0, 50_000);
  for (const pattern of telling) {
    const found = pattern.exec(beginning);
    if (found !== null) return found[0].replaceAll(/\s+/gu, " ").slice(0, 160);
  }
  return null;
}

function oddCookie(ask: Ask): Ask {
  const headers = ask.headers.map(([name, value]): [string, string] => [
    name,
    name === "cookie" ? value.replaceAll(/=[^;]*/gu, '=%00%ff"{}[') : value,
  ]);
  return { ...ask, headers };
}
