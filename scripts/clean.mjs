// @ts-check
/** Removes what a build wrote, so that a file deleted from the source leaves no twin in dist. */
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

for (const folder of ["packages", "apps"]) {
  const workspace = new URL(`../${folder}/`, import.meta.url);
  for (const name of readdirSync(workspace)) {
    rmSync(fileURLToPath(new URL(`${name}/dist`, workspace)), { recursive: true, force: true });
  }
}
