/** `endsession-scan doctor URL`: what can be seen without an account. */
import type { Command } from "commander";
import { doctor } from "../doctor/doctor.ts";
import { doctorExitCode, doctorJson, renderDoctor } from "../doctor/render.ts";
import { wantsColour } from "../report/colours.ts";
import { save } from "./scan.ts";

interface Flags {
  readonly json?: string;
  readonly iAmAllowedToTest?: boolean;
}

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "Checks proxy, cookies, headers and the logout address from outside, without an account.",
    )
    .argument("<url>", "the application's address")
    .option("--json <file>", "write what was found as JSON")
    .option("--i-am-allowed-to-test", "look at a public host: yours, or with its owner's consent")
    .action(async (url: string, flags: Flags) => {
      const report = await doctor(url, { allowedToTest: flags.iAmAllowedToTest === true });
      if (flags.json !== undefined) save(flags.json, doctorJson(report));
      process.stdout.write(
        renderDoctor(report, { colour: wantsColour(process.stdout, process.env) }),
      );
      process.exitCode = doctorExitCode(report);
    });
}
