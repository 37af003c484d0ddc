/** `endsession keys rotate`: a new key signs from now on; no session ends. */
import type { Command } from "commander";
import { type Io, say } from "../terminal/streams.ts";
import { type InstallationOptions, onInstallation, withInstallation } from "./installation.ts";
import { sayKeys } from "./keys-list.ts";

/** Adds the command. */
export function keysRotate(group: Command, io: Io): void {
  onInstallation(group.command("rotate"))
    .description("makes a new signing key; no session ends (after a leak: end-all --everything)")
    .action(async (options: InstallationOptions) => {
      const keys = await withInstallation(options, io, (of) => of.sessions.rotateSigningKey());
      if (!options.json) {
        say(io, "A new key signs, on running instances within a minute. No session has ended.");
      }
      sayKeys(keys, options, io);
    });
}
