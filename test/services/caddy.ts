/** A real Caddy, for the configurations in `examples/proxies`. */
import { join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";

/** The Caddy: what ENDSESSION_CADDY names, else one on PATH, else Debian's, unpacked into the cache. */
export function findCaddy(): Promise<Interpreter> {
  return findInterpreter({
    name: "Caddy >= 2.5",
    variable: "ENDSESSION_CADDY",
    executable: "caddy",
    elsewhere: [],
    trial: ["version"],
    install: "sudo apt-get install -y --no-install-recommends caddy",
    unpack: async () => {
      const { root, env } = await unpackDebian(["caddy"]);
      return { command: join(root, "usr/bin/caddy"), env };
    },
  });
}
