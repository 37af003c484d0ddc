/** A Python with Flask, Django, FastAPI and uvicorn, for applications that are written in it. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";

const packages = [
  "python3-flask",
  "python3-django",
  "python3-fastapi",
  "python3-uvicorn",
] as const satisfies string[];

/** Debian's own, which alone sees Debian's packages. */
const SYSTEM_PYTHON = "/usr/bin/python3";

/**
 * The Python: what ENDSESSION_PYTHON names, else one that has the frameworks, else Debian's with
 * Debian's packages, unpacked into the cache.
 */
export function findPython(): Promise<Interpreter> {
  return findInterpreter({
    name: "Python >= 3.9 with Flask, Django, FastAPI and uvicorn",
    variable: "ENDSESSION_PYTHON",
    executable: "python3",
    elsewhere: [SYSTEM_PYTHON],
    trial: [
      "-c",
      "import sys, flask, django, fastapi, uvicorn; sys.exit(sys.version_info < (3, 9))",
    ],
    install: `sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`,
    unpack: async () => {
      // The interpreter itself is among what they need, where it is not installed.
      const { root, env } = await unpackDebian(packages, { dependencies: "^(lib|python3)" });
      const unpacked = join(root, "usr/bin/python3");
      const isThere = await access(unpacked).then(
        () => true,
        () => false,
      );
      return {
        command: isThere ? unpacked : SYSTEM_PYTHON,
        env: { ...env, PYTHONPATH: join(root, "usr/lib/python3/dist-packages") },
      };
    },
  });
}
