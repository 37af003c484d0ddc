/** A PHP for the command line, with the web server that it brings. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";

/** The PHP: what ENDSESSION_PHP names, else one on PATH, else Debian's, unpacked into the cache. */
export function findPhp(): Promise<Interpreter> {
  return findInterpreter({
    name: "PHP >= 8 with sessions",
    variable: "ENDSESSION_PHP",
    executable: "php",
    elsewhere: [],
    trial: ["-r", "exit(PHP_MAJOR_VERSION >= 8 && function_exists('session_start') ? 0 : 1);"],
    install: "sudo apt-get install -y --no-install-recommends php-cli",
    unpack: async () => {
      const { root, env } = await unpackDebian(["php-cli"], { dependencies: "^(lib|php)" });
      const folder = join(root, "usr/bin");
      // `php` itself would be made by the package's installation.
      const name = (await readdir(folder)).find((it) => /^php\d+\.\d+$/u.test(it));
      if (name === undefined) throw new Error(`There is no PHP in ${folder}.`);
      return { command: join(folder, name), env };
    },
  });
}
