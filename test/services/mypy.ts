/** The type checker of Python. */
import { join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";

/**
 * A Python that has mypy (`-m mypy`): what ENDSESSION_MYPY_PYTHON names, else one on PATH, else
 * Debian's, with mypy unpacked into the cache.
 */
export function findMypy(): Promise<Interpreter> {
  return findInterpreter({
    name: "Python with mypy",
    variable: "ENDSESSION_MYPY_PYTHON",
    executable: "python3",
    elsewhere: ["/usr/bin/python3"],
    trial: ["-m", "mypy", "--version"],
    install: "sudo apt-get install -y --no-install-recommends mypy",
    unpack: async () => {
      const { root, env } = await unpackDebian(["mypy"], {
        dependencies: "^(lib|mypy|python3)",
      });
      const packages = join(root, "usr/lib/python3/dist-packages");
      return { command: "/usr/bin/python3", env: { ...env, PYTHONPATH: packages } };
    },
  });
}
