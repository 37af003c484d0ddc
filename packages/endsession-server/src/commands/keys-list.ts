/** `endsession keys list`: the keys that sign access tokens. */
import type { Command } from "commander";
import type { SigningKeyInfo } from "endsession";
import { paintFor } from "../terminal/paint.ts";
import { type Io, say } from "../terminal/streams.ts";
import { table } from "../terminal/table.ts";
import { isoOf, timeOf } from "../terminal/time.ts";
import { type InstallationOptions, onInstallation, withInstallation } from "./installation.ts";
import { sayJson } from "./views.ts";

/** Adds the command. */
export function keysList(group: Command, io: Io): void {
  onInstallation(group.command("list"))
    .description("the keys that sign and verify access tokens")
    .action(async (options: InstallationOptions) => {
      const keys = await withInstallation(options, io, (of) => of.sessions.signingKeys());
      sayKeys(keys, options, io);
    });
}

/** Prints keys; nothing of them is secret. */
export function sayKeys(
  keys: readonly SigningKeyInfo[],
  { json }: InstallationOptions,
  io: Io,
): void {
  if (json) {
    const view = keys.map(({ id, algorithm, createdAt, signs, sealed }) => {
      return { id, algorithm, created_at: isoOf(createdAt), signs, sealed };
    });
    return sayJson(io, view);
  }
  const rows = keys.map(({ id, algorithm, createdAt, signs, sealed }) => [
    id,
    algorithm,
    timeOf(createdAt),
    signs ? "signs" : "verifies",
    sealed ? "sealed" : "open",
  ]);
  say(io, table(["KEY", "ALGORITHM", "MADE", "USE", "AT REST"], rows, paintFor(io)));
}
