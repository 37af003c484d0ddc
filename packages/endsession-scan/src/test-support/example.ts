/** A scan of a shop that does not exist: what reports are tried on. */
import { readFileSync } from "node:fs";
import type { Artifacts, Exchange, Header, Shot, Step } from "../artifacts.ts";
import type { Evidence, Finding, Severity, Verdict } from "../audit.ts";
import { exampleAudits } from "./example-audits.ts";

const origin = "https://shop.example";
const cookie = "sid=sha256:9f2c41d07ab3…";
const agent: Header = [
  "user-agent",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
];
const html: readonly Header[] = [
  ["content-type", "text/html; charset=utf-8"],
  ["cache-control", "private, max-age=60"],
  ["x-powered-by", "Express"],
];
const account =
  '<!doctype html><html lang="en"><head><title>Your orders</title></head><body><header><b>Fernweh Books</b><form method="post" action="/logout"><button>Log out</button></form></header><main><h1>Your orders, Ada Lovelace</h1><table><tr><td>24 Oct</td><td>On the Analytical Engine</td>';

function exchange(
  id: string,
  at: number,
  by: string,
  request: readonly [method: string, path: string],
  answer: Pick<Exchange, "status" | "headers"> & Partial<Exchange>,
): Exchange {
  const [method, path] = request;
  const requestHeaders: Header[] =
    by === "anonymous" ? [agent] : [agent, ["accept", "text/html"], ["cookie", cookie]];
  return { id, at, by, method, url: origin + path, requestHeaders, took: 38, ...answer };
}

const exchanges: readonly Exchange[] = [
  exchange("x3", 2_140, "A", ["POST", "/login"], {
    status: 303,
    headers: [
      ["location", "/account"],
      ["set-cookie", `${cookie}; Path=/; HttpOnly; SameSite=Lax`],
    ],
    requestBody: "email=ada%40shop.example&password=sha256:41d2…",
  }),
  exchange("x9", 5_020, "anonymous", ["GET", "/account"], {
    status: 302,
    headers: [["location", "/login"]],
    body: "Found. Redirecting to /login",
  }),
  exchange("x14", 9_410, "B", ["POST", "/login"], {
    status: 303,
    headers: [["location", "/account"]],
  }),
  exchange("x20", 12_300, "replay", ["GET", "/account"], {
    status: 200,
    headers: html,
    body: account,
  }),
  exchange("x22", 12_610, "A", ["POST", "/logout"], {
    status: 303,
    headers: [
      ["location", "/"],
      ["set-cookie", "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
    ],
    took: 61,
  }),
  exchange("x24", 12_840, "replay", ["GET", "/account"], {
    status: 200,
    headers: html,
    body: account,
  }),
  exchange("x31", 42_900, "replay", ["GET", "/account"], {
    status: 200,
    headers: html,
    body: account,
    took: 44,
  }),
  exchange("x33", 43_700, "B", ["GET", "/account"], { status: 200, headers: html, body: account }),
  exchange("x40", 47_300, "replay", ["POST", "/logout"], {
    status: 0,
    headers: [],
    error: "The connection was closed before an answer came.",
  }),
];

const steps: readonly Step[] = [
  { at: 310, by: "A", what: "opens the start page" },
  { at: 2_140, by: "A", what: "signs in as ada@shop.example", exchange: "x3" },
  { at: 4_800, by: "A", what: "finds 3 private pages: /account, /orders and /api/me" },
  { at: 5_020, by: "anonymous", what: "is sent to the sign-in page", exchange: "x9", tone: "good" },
  { at: 9_410, by: "B", what: "signs in to the same account", exchange: "x14" },
  {
    at: 12_300,
    by: "replay",
    what: "asks with A's cookie, before the logout: accepted",
    exchange: "x20",
  },
  { at: 12_610, by: "A", what: "clicks “Log out”", exchange: "x22" },
  {
    at: 12_840,
    by: "replay",
    what: "asks with A's old cookie: still accepted",
    exchange: "x24",
    tone: "bad",
  },
  {
    at: 42_900,
    by: "replay",
    what: "asks with A's old cookie, 30 s after the logout: still accepted",
    exchange: "x31",
    tone: "bad",
  },
  { at: 43_100, by: "A", what: "goes back: the private page is shown again", tone: "bad" },
  {
    at: 43_700,
    by: "B",
    what: "is still signed in, as it should be",
    exchange: "x33",
    tone: "good",
  },
  { at: 47_300, by: "replay", what: "signs out once more with the dead cookie", exchange: "x40" },
];

function shot(name: Shot["name"], title: string): Shot {
  const png = readFileSync(new URL(`shots/${name}.png`, import.meta.url)).toString("base64");
  return { name, title, png };
}

export function exampleArtifacts(changes: Partial<Artifacts> = {}): Artifacts {
  return {
    schema: "endsession-scan-artifacts/1",
    target: origin,
    startedAt: "2026-11-21T09:14:07.000Z",
    took: 48_210,
    scanner: "endsession-scan 0.1.0",
    browser: "Chromium 141.0",
    framework: "Express, express-session",
    logins: 4,
    warnings: [
      "The password was given on the command line, where other users of this machine see it.",
    ],
    collected: {},
    gaps: {},
    exchanges: Object.fromEntries(exchanges.map((it) => [it.id, it])),
    steps,
    shots: [
      shot("signed-in", "Device A, signed in"),
      shot("logout-control", "The control that was clicked"),
      shot("after-logout", "After the logout"),
      shot("after-back", "After going back"),
    ],
    ...changes,
  };
}

/** A finding, as an audit of that name would have made it. */
export function finding(
  id: string,
  verdict: Verdict,
  changes: { reason?: string; evidence?: readonly Evidence[]; severity?: Severity } = {},
): Finding {
  const known = exampleAudits.find((audit) => audit.id === id) ?? exampleAudits[0];
  if (known === undefined) throw new Error("there are no example audits");
  const { reason = known.reasons[verdict] ?? "It was seen.", evidence = known.evidence ?? [] } =
    changes;
  return {
    id,
    title: known.title,
    failTitle: known.failTitle,
    why: known.why,
    severity: changes.severity ?? known.severity,
    requirements: known.requirements,
    cwe: known.cwe,
    bounty: known.bounty,
    fix: known.fix,
    verdict,
    reason,
    evidence: verdict === "not-applicable" ? [] : evidence,
  };
}

/** What the audits found in the shop; with other verdicts for some of them. */
export function exampleFindings(verdicts: Readonly<Record<string, Verdict>> = {}): Finding[] {
  return exampleAudits.map(({ id, usual }) => finding(id, verdicts[id] ?? usual));
}
