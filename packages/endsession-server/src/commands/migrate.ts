/** `endsession migrate`: brings the database to the tables of this version, and does nothing else. */
import type { Command } from "commander";
import { shownPlace } from "../open/usable.ts";
import { type Io, say } from "../terminal/streams.ts";
import { type InstallationOptions, onInstallation, withDatabase } from "./installation.ts";
import { sayJson } from "./views.ts";

/** Adds the command. */
export function migrate(program: Command, io: Io): void {
  onInstallation(program.command("migrate"))
    .description("makes the tables, or brings them to this version (the service does so at start)")
    .action(async (options: InstallationOptions) => {
      const { config } = await withDatabase(options, io, async (_, settings) => settings);
      const database = shownPlace(config.database);
      if (options.json) return sayJson(io, { database, migrated: true });
      say(io, `The tables in "${database}" are those of this version.`);
    });
}
