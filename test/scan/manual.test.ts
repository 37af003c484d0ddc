/**
 * The manual's configurations and command lines: none is refused as wrong usage. What they scan is
 * not there, so that those that scan say so, with exit code 2.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configSchema } from "endsession-scan";
import { expect, test } from "vitest";
import { freePort } from "../services/port.ts";
import { newFolder, start } from "./support/command.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["README.md", "docs/scanner.md", "packages/endsession-scan/README.md"];
const texts = pages.map((page) => readFileSync(join(root, page), "utf8"));

const configurations = texts
  .flatMap((text) => [...text.matchAll(/^```json\n([\s\S]*?)^```$/gmu)])
  .map(([, code = ""]) => code)
  .filter((code) => code.includes('"baseUrl"'));

test.each(configurations)("a configuration of the manual is good: %s", (code) => {
  const { $schema: _, ...config } = JSON.parse(code) as Record<string, unknown>;
  expect(configSchema.safeParse(config).error?.issues).toBe(undefined);
});

const commands = texts
  .flatMap((text) => [...text.matchAll(/\bnpx endsession-scan (.*)$/gmu)])
  .map(([, args = ""]) => args.replace(/[`),.;]*$/u, ""))
  .filter((args) => /--|^(?:compare|prompts)/u.test(args));

test("the manual shows all commands", () => {
  const named = commands.map((args) => /^[a-z]+(?= |$)/u.exec(args)?.[0] ?? "scan");
  const all = ["compare", "doctor", "init", "mcp", "prompts", "scan", "watch"];
  expect([...new Set(named)].toSorted()).toEqual(all);
});

test.concurrent.each([...new Set(commands)])(
  "npx endsession-scan %s",
  { timeout: 60_000 },
  async (line) => {
    const folder = newFolder();
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const account = { username: "ada", password: "correct horse" };
    // `init` writes this file, and does not write over one.
    if (line.includes("--config")) {
      writeFileSync(
        join(folder, "endsession.scan.json"),
        JSON.stringify({ baseUrl: nowhere, ...account }),
      );
    }
    const args = line
      .replaceAll(/https?:\/\/(?:127\.0\.0\.1:3000|app\.example)/gu, nowhere)
      .split(" ");
    const password = "correct horse";
    const env = { PW: password, APP_PASSWORD: password, HOOK: `${nowhere}/hook` };
    const running = start(args, { env, folder });
    if (args[0] === "watch") {
      await running.said(/does not answer|report\.json/u);
      process.kill(running.pid, "SIGINT");
    }
    const { code, stderr } = await running.ended;
    rmSync(folder, { recursive: true, force: true });
    expect(stderr).not.toMatch(/unknown (?:option|command)|missing required|too many arguments/u);
    // What reads files that no scan has written says which.
    const reads = /before\.json|artifacts\.json|report\.json/u.test(line);
    // A watch goes on until it is stopped.
    expect([0, 1, 2, ...(reads ? [3] : []), ...(args[0] === "watch" ? [null] : [])]).toContain(
      code,
    );
    if (code === 3) expect(stderr).toMatch(/(?:before|artifacts|report)\.json/u);
  },
);
