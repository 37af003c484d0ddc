/** A real nginx, for the configurations in `examples/proxies`. */
import { join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";

/** The nginx: what ENDSESSION_NGINX names, else one on PATH, else Debian's, unpacked into the cache. */
export function findNginx(): Promise<Interpreter> {
  return findInterpreter({
    name: "nginx with auth_request",
    variable: "ENDSESSION_NGINX",
    executable: "nginx",
    // Debian's lies where only root looks.
    elsewhere: ["/usr/sbin/nginx"],
    trial: ["-v"],
    install: "sudo apt-get install -y --no-install-recommends nginx",
    unpack: async () => {
      const { root, env } = await unpackDebian(["nginx"]);
      return { command: join(root, "usr/sbin/nginx"), env };
    },
  });
}
