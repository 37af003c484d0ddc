/** Scans that cannot begin or are broken off: no host, no browser, no time, no hands to hold them. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "../services/port.ts";
import { command, inTurn, scan, start, usualFlags } from "./support/command.ts";
import type { Ran, Running } from "./support/command.ts";
import { expectClean, expectNoJudgement, started } from "./support/expectations.ts";
import { account, page, privatePageWith, Site } from "./support/hostile-site.ts";

/** Long enough for a machine that does much else: what hangs fails all the same. */
const patience = 600_000;

/** Starts a scan with all reports, and does something to it once it has said that. */
function interrupted(
  site: Site,
  said: RegExp,
  act: (running: Running) => void,
): Promise<{ readonly ran: Ran; readonly written: readonly string[] }> {
  return inTurn(async () => {
    const files = ["r.json", "r.html", "r.sarif", "r.xml", "r.md", "a.json"];
    const flags = ["--json", "--html", "--sarif", "--junit", "--markdown", "--save-artifacts"];
    const reports = flags.flatMap((flag, index) => [flag, files[index] ?? ""]);
    const running = start([site.url, ...(await usualFlags()), ...reports]);
    try {
      await running.said(said);
      act(running);
      const ran = await running.ended;
      return { ran, written: files.filter((file) => existsSync(join(running.folder, file))) };
    } finally {
      rmSync(running.folder, { recursive: true, force: true });
    }
  });
}

/** Ends the browser as a crash does: at once, and with all that it does. */
function killBrowser(running: Running): void {
  const browser = running.descendants().find(({ parent }) => parent === running.pid);
  if (browser === undefined) throw new Error("The scan has no browser.");
  process.kill(browser.pid, "SIGKILL");
}

describe.concurrent("A scan that cannot begin says why", () => {
  test(
    "nothing listens on the port",
    async () => {
      const port = await freePort();
      expectNoJudgement(
        await scan(`http://127.0.0.1:${port}`),
        /does not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)\. Check the address/u,
      );
    },
    patience,
  );

  test(
    "nothing listens on any address of the name",
    async () => {
      const port = await freePort();
      expectNoJudgement(
        await scan(`http://localhost:${port}`),
        /does not answer \(connect ECONNREFUSED/u,
      );
    },
    patience,
  );

  test(
    "the name does not exist",
    async () => {
      expectNoJudgement(
        await scan("http://no-such-host.localhost.invalid-name.test:1"),
        /does not answer \(.*(?:ENOTFOUND|EAI_AGAIN)/u,
      );
    },
    patience,
  );

  test(
    "a server that takes the connection and says nothing",
    async (context) => {
      const site = await started(context, () => true);
      expectNoJudgement(await scan(site.url), /does not answer/u, site);
    },
    patience,
  );

  test(
    "the browser that was named is not there",
    async (context) => {
      const site = await started(context);
      const ran = await scan(site.url, ["--browser-path", "/nowhere/chromium"]);
      expectNoJudgement(ran, /The browser \/nowhere\/chromium is not there.*--browser-path/u, site);
    },
    patience,
  );

  test(
    "the browser that was named is something else",
    async (context) => {
      const site = await started(context);
      const ran = await scan(site.url, ["--browser-path", process.execPath]);
      expectNoJudgement(ran, /The browser \S+ did not start/u, site);
    },
    patience,
  );

  test(
    "no browser anywhere",
    async (context) => {
      const site = await started(context);
      const flags = ["--username", account.username, "--password-env", "HOSTILE_PASSWORD"];
      const ran = await command([site.url, ...flags], {
        env: { PATH: "", ENDSESSION_CHROMIUM: "" },
      });
      expectNoJudgement(
        ran,
        /No Chromium or Chrome was found\. Install one .*--browser-path/u,
        site,
      );
    },
    patience,
  );
});

describe.concurrent("A scan that is broken off judges nothing and leaves nothing", () => {
  test(
    "the browser crashes during the first sign-in",
    async (context) => {
      const site = await started(context);
      const { ran, written } = await interrupted(site, /Device S signs in/u, killBrowser);
      expectNoJudgement(ran, /The browser ended in the middle of the scan/u, site);
      expect(written).toEqual([]);
    },
    patience,
  );

  test(
    "the browser crashes right after the logout",
    async (context) => {
      const site = await started(context);
      const { ran, written } = await interrupted(site, /Device A clicked/u, killBrowser);
      expectNoJudgement(ran, /The browser ended in the middle of the scan/u, site);
      expect(written).toEqual([]);
    },
    patience,
  );

  test(
    "Ctrl-C",
    async (context) => {
      const site = await started(context);
      const { ran, written } = await interrupted(site, /Device A signs in/u, ({ pid }) => {
        process.kill(pid, "SIGINT");
      });
      expectNoJudgement(ran, /The scan was stopped before its end/u, site);
      expect(written).toEqual([]);
    },
    patience,
  );

  test(
    "the time that --timeout gives is over",
    async (context) => {
      const site = await started(context, (visit) => visit.session !== null && visit.path === "/");
      const ran = await scan(site.url, ["--timeout", "4"]);
      expectNoJudgement(
        ran,
        /The scan was not done within 4 s, so nothing is judged\. .*--timeout/u,
        site,
      );
      expect(ran.report).toBeNull();
    },
    patience,
  );

  test(
    "the application answers nothing any more after the logout",
    async (context) => {
      const site = await started(context, ({ site: { visits }, response }) => {
        if (!visits.includes("POST /logout")) return false;
        response.destroy();
        return true;
      });
      const ran = await scan(site.url);
      expectNoJudgement(ran, /could not be judged/u, site);
    },
    patience,
  );

  test(
    "the application answers 500 to everything after the logout",
    async (context) => {
      const site = await started(context, (visit) => {
        if (!visit.site.visits.includes("POST /logout") || visit.path === "/logout") return false;
        page(visit, "<h1>Oops</h1>", 500);
        return true;
      });
      const ran = await scan(site.url, [
        "--only",
        "session-survives-logout",
        "token-survives-logout",
      ]);
      expectNoJudgement(ran, /could not be judged/u, site);
    },
    patience,
  );
});

describe.concurrent("Only hosts that were named are contacted", () => {
  test(
    "what a page asks of others is not let through",
    async (context) => {
      // Another address of this machine stands for another's server.
      const stranger = await Site.start((visit) => {
        page(visit, "other");
        return true;
      }, "127.0.0.2");
      context.onTestFinished(() => stranger.stop());
      const other = `127.0.0.2:${stranger.port}`;
      const site = await started(
        context,
        privatePageWith(`<img src="http://${other}/image"><script src="http://${other}/script.js"></script>
        <link rel="prefetch" href="http://${other}/prefetch"><iframe src="http://${other}/frame"></iframe>
        <a href="http://${other}/login">Sign in</a> <a href="http://${other}/account">Account</a>
        <script>fetch("http://${other}/fetch", { mode: "no-cors" }).catch(() => {}); new WebSocket("ws://${other}/socket"); new EventSource("http://${other}/events"); navigator.sendBeacon("http://${other}/beacon", "x"); open("http://${other}/window");</script>`),
      );
      const ran = await scan(site.url, ["--only", "session-survives-logout"]);
      expectClean(ran, site);
      expect(stranger.visits).toEqual([]);
      expect(ran.code).toBe(0);
    },
    patience,
  );

  test(
    "a sign-in that leads to another host is not followed",
    async (context) => {
      const stranger = await Site.start(undefined, "127.0.0.2");
      context.onTestFinished(() => stranger.stop());
      const site = await started(context, (visit) => {
        visit.response.writeHead(302, { location: `http://127.0.0.2:${stranger.port}/login` });
        visit.response.end();
        return true;
      });
      const ran = await scan(site.url);
      expectNoJudgement(ran, /127\.0\.0\.2.*(?:not named|"hosts")/u, site);
      expect(stranger.visits).toEqual([]);
    },
    patience,
  );
});
