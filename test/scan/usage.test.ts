/** What is asked wrongly is refused with exit code 3, in a sentence that names it, before anything is sent. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { isRoot } from "../support/tool.ts";
import { command, inTurn, newFolder } from "./support/command.ts";
import { expectClean, started } from "./support/expectations.ts";
import { account } from "./support/hostile-site.ts";

const who = ["--username", account.username, "--password-env", "HOSTILE_PASSWORD"];
const local = "http://127.0.0.1:9";

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly says: RegExp;
  /** What the file `scan.json` holds. */
  readonly file?: string;
}

const config = ["--config", "scan.json"];
const cases: readonly Case[] = [
  { name: "no address", args: who, says: /No address was given: endsession-scan https:/u },
  {
    name: "an address that is none",
    args: ["not a url", ...who],
    says: /In the command line at "baseUrl": Invalid URL/u,
  },
  {
    name: "an address of another kind",
    args: ["ftp://127.0.0.1/", ...who],
    says: /In the command line at "baseUrl": Invalid URL/u,
  },
  {
    name: "an unknown flag",
    args: [local, ...who, "--quik"],
    says: /unknown option '--quik'\n\(Did you mean --quick\?\)/u,
  },
  {
    name: "a number that is none",
    args: [local, ...who, "--max-logins", "many"],
    says: /--max-logins.*whole number above 0/u,
  },
  {
    name: "a time limit of nothing",
    args: [local, ...who, "--timeout", "0"],
    says: /--timeout.*whole number above 0/u,
  },
  {
    name: "delays that are none",
    args: [local, ...who, "--delays", "1,soon"],
    says: /--delays.*Seconds are meant/u,
  },
  {
    name: "a severity that is none",
    args: [local, ...who, "--fail-on", "awful"],
    says: /--fail-on.*critical, high/u,
  },
  {
    name: "an audit that is none",
    args: [local, ...who, "--only", "session-lives"],
    says: /There is no audit named session-lives/u,
  },
  { name: "no account", args: [local], says: /No account was given: pass --username/u },
  {
    name: "no password",
    args: [local, "--username", "ada"],
    says: /No password was given: pass --password-env/u,
  },
  {
    name: "a password variable that is not set",
    args: [local, "--username", "ada", "--password-env", "NO_SUCH_VARIABLE"],
    says: /environment variable NO_SUCH_VARIABLE, .* is not set/u,
  },
  {
    name: "a public host",
    args: ["https://app.example.com", ...who],
    says: /app\.example\.com is a public host.*--i-am-allowed-to-test/u,
  },
  {
    name: "a public address",
    args: ["http://192.0.2.1/", ...who],
    says: /192\.0\.2\.1 is a public host/u,
  },
  {
    name: "a public host beside a local one",
    args: [local, ...who, "--host", "api.example.com"],
    says: /api\.example\.com is a public host/u,
  },
  { name: "a pattern of hosts", args: [local, ...who, "--host", "*"], says: /“\*” names no host/u },
  {
    name: "a configuration that is not there",
    args: ["--config", "nowhere.json"],
    says: /The configuration nowhere\.json cannot be read\. Check the path/u,
  },
  {
    name: "a configuration that is no JSON",
    args: config,
    file: "{ baseUrl: 1 }",
    says: /The configuration scan\.json is not JSON: /u,
  },
  {
    name: "a configuration that is a list",
    args: config,
    file: "[]",
    says: /scan\.json has to be a JSON object/u,
  },
  {
    name: "a key that does not exist",
    args: config,
    file: `{"baseUrl":"${local}","pasword":"x"}`,
    says: /In scan\.json: .*"pasword"/u,
  },
  {
    name: "a key deeper down that does not exist",
    args: config,
    file: `{"baseUrl":"${local}","logout":{"selektor":"x"}}`,
    says: /In scan\.json at "logout": .*"selektor"/u,
  },
  {
    name: "a value of the wrong kind",
    args: config,
    file: `{"baseUrl":"${local}","private":"/account"}`,
    says: /In scan\.json at "private": /u,
  },
  {
    name: "a kind of sign-in that does not exist",
    args: config,
    file: `{"baseUrl":"${local}","signIn":{"kind":"magic"}}`,
    says: /In scan\.json at "signIn/u,
  },
  {
    name: "a report in a folder that is not there",
    args: [local, ...who, "--json", "no/such/folder/report.json"],
    says: /no\/such\/folder\/report\.json cannot be written \(.*ENOENT.*Name a file in a folder/u,
  },
  {
    name: "a report that is a folder",
    args: [local, ...who, "--html", "taken"],
    says: /taken cannot be written \(it is a folder\)/u,
  },
  {
    name: "artifacts that are none",
    args: ["--audit-only", "scan.json"],
    file: "{}",
    says: /scan\.json does not hold artifacts of a scan/u,
  },
  {
    name: "artifacts that are no JSON",
    args: ["--audit-only", "scan.json"],
    file: "%",
    says: /scan\.json cannot be read as artifacts/u,
  },
  {
    name: "artifacts of the right name and nothing in them",
    args: ["--audit-only", "scan.json"],
    file: '{"schema":"endsession-scan-artifacts/1"}',
    says: /scan\.json .*artifacts of a scan/u,
  },
  {
    name: "prompts for artifacts that are none",
    args: ["prompts", "--artifacts", "scan.json"],
    file: "{}",
    says: /scan\.json .*artifacts of a scan/u,
  },
  {
    name: "a report to compare that is none",
    args: ["compare", "scan.json", "scan.json"],
    file: "{}",
    says: /scan\.json: This is no report/u,
  },
  {
    name: "doctor, of a public host",
    args: ["doctor", "https://app.example.com"],
    says: /app\.example\.com is a public host/u,
  },
  {
    name: "doctor, of what is no address",
    args: ["doctor", "nowhere at all"],
    says: /nowhere at all/u,
  },
  {
    name: "init over a file that is there",
    args: ["init", local, ...who, "--output", "scan.json"],
    file: "{}",
    says: /scan\.json is there already: pass --force/u,
  },
  {
    name: "mcp without a host",
    args: ["mcp"],
    says: /No host may be scanned: name at least one with --allow-host/u,
  },
];

/** A folder of the test's own, with that in `scan.json`. */
function folderWith(context: TestContext, file?: string, mode = 0o600): string {
  const folder = newFolder();
  context.onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, "taken"));
  if (file !== undefined) writeFileSync(join(folder, "scan.json"), file, { mode });
  return folder;
}

describe.concurrent("What is asked wrongly is refused with exit code 3", () => {
  for (const { name, args, says, file } of cases) {
    test(
      name,
      async (context) => {
        const ran = await inTurn(() => command(args, { folder: folderWith(context, file) }));
        expectClean(ran);
        expect(ran.stderr).toMatch(says);
        expect(ran.stderr).not.toMatch(/\n\s+at |undefined|\[object/u);
        expect([ran.code, ran.stdout]).toEqual([3, ""]);
      },
      300_000,
    );
  }

  // Nothing is kept from root.
  test.skipIf(isRoot())(
    "a configuration that may not be read",
    async (context) => {
      const ran = await inTurn(() => command(config, { folder: folderWith(context, "{}", 0o000) }));
      expect([ran.code, ran.stderr]).toEqual([
        3,
        expect.stringMatching(/scan\.json cannot be read/u),
      ]);
    },
    300_000,
  );

  test("nothing was sent for what is refused", async (context) => {
    const site = await started(context);
    const wrong = [
      ["--username", "ada"],
      [...who, "--only", "nothing"],
      [...who, "--host", "api.example.com"],
      [...who, "--json", "no/such/folder"],
    ];
    for (const flags of wrong) await inTurn(() => command([site.url, ...flags]));
    expect(site.visits).toEqual([]);
  }, 300_000);
});
