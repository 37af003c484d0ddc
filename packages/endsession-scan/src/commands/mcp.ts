/** `endsession-scan mcp`: the scanner for assistants, over the standard input and output. */
import type { Command } from "commander";
import { audits } from "../audits/index.ts";
import { configSchema } from "../config/schema.ts";
import { judge } from "../judge.ts";
import { serveMcp } from "../mcp/serve-mcp.ts";
import { run } from "../run.ts";
import { ScanError } from "../scan-error.ts";

interface Flags {
  readonly allowHost?: string[];
  readonly passwordEnv?: string[];
  readonly sandbox: boolean;
}

export function addMcp(program: Command): void {
  program
    .command("mcp")
    .description("Offers scan, explain and fix_prompt to assistants (Model Context Protocol).")
    .option("--allow-host <name...>", "a host that may be scanned; none is by default")
    .option(
      "--password-env <variable...>",
      "environment variables that may hold a password, besides ENDSESSION_…",
    )
    .option("--no-sandbox", "run the browser without its sandbox, as root has to")
    .action((flags: Flags) => {
      const { allowHost = [], passwordEnv = [], sandbox } = flags;
      if (allowHost.length === 0) {
        throw new ScanError(
          "usage",
          "No host may be scanned: name at least one with --allow-host.",
        );
      }
      serveMcp({
        allowHosts: allowHost,
        passwordEnv,
        audits,
        version: program.version() ?? "",
        onError: (error) => process.stderr.write(`${error.message}\n`),
        scan: async (asked) => {
          const { url, username, password, loginUrl, only, quick, logoutAll } = asked;
          const config = configSchema.parse({
            baseUrl: url,
            ...(username === null ? {} : { username }),
            ...(password === null ? {} : { password }),
            ...(loginUrl === null ? {} : { loginUrl }),
          });
          const artifacts = await run(config, {
            quick,
            logoutAll,
            allowedToTest: true,
            noSandbox: !sandbox,
            told: ({ by, what }) => {
              asked.told(`${by} ${what}`);
            },
          });
          return { artifacts, findings: judge(artifacts, only.length === 0 ? undefined : only) };
        },
      });
    });
}
