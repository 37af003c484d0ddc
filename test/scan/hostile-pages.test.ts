/** Pages that flood, trap, break and hang: the scan ends, and calls nothing dead that lives. */
import { describe, expect, test } from "vitest";
import { scan } from "./support/command.ts";
import { expectClean, expectNoJudgement, started } from "./support/expectations.ts";
import {
  answers,
  keepsSessions,
  oneOf,
  page,
  privatePage,
  privatePageWith,
} from "./support/hostile-site.ts";
import type { Handler, Visit } from "./support/hostile-site.ts";

const nightly = process.env["ENDSESSION_NIGHTLY"] === "1";

const script = (code: string): Handler => privatePageWith(`<script>${code}</script>`);

/** Sends bytes as a signed-in answer at a path. */
const serves =
  (path: string, type: string, body: () => string | Buffer): Handler =>
  (visit) => {
    if (visit.session === null || visit.path !== path) return false;
    visit.response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
    visit.response.end(body());
    return true;
  };

const withHeaders =
  (change: (visit: Visit) => void): Handler =>
  (visit) => {
    if (visit.session !== null && visit.path === "/") change(visit);
    return false;
  };

const broken = (unit: string): string => unit.repeat(Math.ceil(400_000 / unit.length));

interface Case {
  readonly name: string;
  readonly handler: Handler;
  readonly slow?: boolean;
}

/** The session lives on after the logout: whatever the page does, that is found or nothing is. */
const floods: readonly Case[] = [
  {
    name: "pages of ten megabytes",
    handler: privatePageWith(`<p>${"All work and no play. ".repeat(450_000)}</p>`),
    slow: true,
  },
  {
    name: "five thousand links",
    handler: privatePageWith(
      Array.from(
        { length: 5000 },
        (_, number) => `<a href="/note/${number}">Note ${number}</a>`,
      ).join(" "),
    ),
    slow: true,
  },
  {
    name: "two thousand cookies",
    handler: withHeaders(({ response }) =>
      response.setHeader(
        "set-cookie",
        Array.from(
          { length: 2000 },
          (_, number) => `c${number}=${number.toString(36).padStart(12, "x")}; Path=/`,
        ),
      ),
    ),
    slow: true,
  },
  {
    name: "markup that is never closed",
    handler: privatePageWith(
      `<i hidden>${["<!-", "<scrip", "<", "<inpu t"].map(broken).join("")}</i>`,
    ),
    slow: true,
  },
  {
    name: "comments and scripts that are never closed",
    handler: answers("/", ({ session }) =>
      session === null
        ? null
        : `${privatePage()}<div hidden>${broken("<script ")}${broken("<!--")}`,
    ),
  },
  {
    name: "links to binary data and endless streams",
    handler: oneOf(
      serves("/data.bin", "application/octet-stream", () => Buffer.alloc(3_000_000, 0x9f)),
      (visit) => {
        if (visit.path !== "/forever") return false;
        visit.response.writeHead(200, { "content-type": "text/plain" });
        const timer = setInterval(() => visit.response.write("more "), 100);
        visit.response.on("close", () => {
          clearInterval(timer);
        });
        return true;
      },
      privatePageWith('<a href="/data.bin">Data</a> <a href="/forever">Log of today</a>'),
    ),
    slow: true,
  },
  {
    name: "alert, confirm and beforeunload on every page",
    handler: script(
      'addEventListener("beforeunload", (event) => { event.preventDefault(); event.returnValue = "stay"; }); alert("Hello"); confirm("Really?"); prompt("Name?");',
    ),
  },
  {
    name: "a flood of windows",
    handler: script(
      'for (let n = 0; n < 30; n += 1) open("/?" + n); setInterval(() => open("/?later"), 300);',
    ),
    slow: true,
  },
  {
    name: "a script that asks for ever",
    handler: script('setInterval(() => fetch("/nothing?" + Math.random()), 150);'),
  },
  {
    name: "a page that loads itself again and again",
    handler: script('setTimeout(() => { location.href = "/?" + Math.random(); }, 400);'),
  },
  {
    name: "an image that never comes",
    handler: oneOf(
      (visit) => visit.path === "/never.png",
      privatePageWith('<img src="/never.png">'),
    ),
    slow: true,
  },
];

describe.concurrent("A session that survives is never called dead, whatever its pages do", () => {
  for (const { name, handler, slow = false } of floods) {
    test.runIf(nightly || !slow)(
      name,
      async (context) => {
        const site = await started(context, oneOf(keepsSessions, handler));
        const ran = await scan(site.url, ["--only", "session-survives-logout", "--timeout", "150"]);
        expectClean(ran, site);
        // Where the flood left no time to judge, there is a sentence and no report.
        const judged = ran.report?.audits.map(({ verdict }) => verdict) ?? ["inconclusive"];
        expect([ran.code, ...judged]).toEqual(ran.code === 1 ? [1, "fail"] : [2, "inconclusive"]);
        expect(ran.report?.headline ?? ran.stderr.split("\n").at(-2)).toMatch(/^[A-Z].+[.]$/u);
      },
      600_000,
    );
  }
});

const hang: Handler = script("setTimeout(() => { while (true) {} }, 300);");

describe.concurrent("A page that hangs or a control that does nothing is said, with exit code 2", () => {
  test("a script without end", async (context) => {
    const site = await started(context, hang);
    const ran = await scan(site.url);
    expectNoJudgement(ran, /A page on device S stopped answering/u, site);
  }, 600_000);

  test.runIf(nightly)(
    "a script without end, on one page of many, after the logout",
    async (context) => {
      const site = await started(
        context,
        answers("/login", ({ site: { visits } }) =>
          visits.includes("POST /logout")
            ? "<h1>Bye</h1><script>setTimeout(() => { while (true) {} }, 100)</script>"
            : null,
        ),
      );
      const ran = await scan(site.url);
      expectNoJudgement(ran, /A page on device A stopped answering/u, site);
    },
    600_000,
  );

  test("a logout control that does nothing", async (context) => {
    const site = await started(
      context,
      answers("/", ({ session }) =>
        session === null
          ? null
          : "<h1>Hello Ada Lovelace</h1><p>Signed in as ada@example.test.</p><button type=button>Log out</button>",
      ),
    );
    const ran = await scan(site.url, ["--only", "session-survives-logout"]);
    expectClean(ran, site);
    expect(ran.report?.audits.map(({ verdict }) => verdict)).not.toContain("pass");
    expect(ran.code).not.toBe(0);
  }, 600_000);

  test("headers of a megabyte", async (context) => {
    const site = await started(context, (visit) => {
      visit.response.setHeader("x-large", "x".repeat(1_000_000));
      page(visit, "large");
      return true;
    });
    const ran = await scan(site.url);
    expectNoJudgement(ran, /does not answer \(.*header/iu, site);
  }, 600_000);
});
