/** A real HAProxy with Lua, for the configurations in `examples/proxies`. */
import { join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";

/**
 * The HAProxy: what ENDSESSION_HAPROXY names, else one on PATH, else Debian's, unpacked into the
 * cache.
 */
export function findHaproxy(): Promise<Interpreter> {
  return findInterpreter({
    name: "HAProxy >= 2.6 with Lua",
    variable: "ENDSESSION_HAPROXY",
    executable: "haproxy",
    elsewhere: ["/usr/sbin/haproxy"],
    trial: ["-vv"],
    install: "sudo apt-get install -y --no-install-recommends haproxy",
    unpack: async () => {
      const { root, env } = await unpackDebian(["haproxy"]);
      return { command: join(root, "usr/sbin/haproxy"), env };
    },
  });
}
