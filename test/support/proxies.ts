/** The proxies of `examples/proxies`, run with the very files that are shown, but for the ports. */
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCaddy } from "../services/caddy.ts";
import { findHaproxy } from "../services/haproxy.ts";
import type { Interpreter } from "../services/interpreter.ts";
import { findNginx } from "../services/nginx.ts";
import { freePort } from "../services/port.ts";
import { type ServerProcess, startProcess } from "../services/server-process.ts";
import { temporaryFolder } from "../services/temporary-folder.ts";

/** Where a configuration is, and what stands in for its ports. */
export interface ProxyPorts {
  /** Instead of 8080, where browsers come to. */
  readonly proxy: number;
  /** Instead of 8000. */
  readonly application: number;
  /** Instead of 8414. */
  readonly endsession: number;
}

/** A proxy that can be started. */
export type ProxyName = "nginx" | "Caddy" | "HAProxy";

/** A running proxy. */
export interface RunningProxy {
  readonly url: string;
  stop(): Promise<void>;
}

const shown = fileURLToPath(new URL("../../examples/proxies/", import.meta.url));

interface Recipe {
  readonly find: () => Promise<Interpreter>;
  /** The files of `examples/proxies` that it reads. */
  readonly files: readonly string[];
  readonly args: (folder: string) => readonly string[];
  readonly ready: RegExp;
  /** Files beside those of the example. */
  readonly own?: (folder: string) => Readonly<Record<string, string>>;
}

/** What Debian's own nginx.conf does around a file of conf.d, in a folder of ours. */
const nginxMain = (folder: string): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/nginx.conf;
}
`;

const recipes: Readonly<Record<ProxyName, Recipe>> = {
  nginx: {
    find: findNginx,
    files: ["nginx.conf"],
    args: (folder) => ["-e", "stderr", "-p", folder, "-c", join(folder, "main.conf")],
    ready: /start worker process /u,
    own: (folder) => ({ "main.conf": nginxMain(folder) }),
  },
  Caddy: {
    find: findCaddy,
    files: ["Caddyfile"],
    args: (folder) => ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")],
    ready: /serving initial configuration/u,
  },
  HAProxy: {
    find: findHaproxy,
    files: ["haproxy.cfg", "verify.lua"],
    args: (folder) => ["-W", "-f", join(folder, "haproxy.cfg")],
    ready: /Loading success/u,
  },
};

/** How to start one. */
export interface ExampleOptions {
  /** Alters its configuration, to see that a test notices, or to have something to compare with. */
  readonly change?: (text: string) => string;
  /** The folder of the configurations (default `examples/proxies`, seen from here). */
  readonly examples?: string;
}

/** Starts a proxy. */
export async function startExample(
  name: ProxyName,
  { application, endsession, proxy }: ProxyPorts,
  { change = (text) => text, examples = shown }: ExampleOptions = {},
): Promise<RunningProxy> {
  const { find, files, args, ready, own } = recipes[name];
  const { command, env } = await find();
  const folder = await temporaryFolder({});
  // nginx's workers are another user.
  await chmod(folder, 0o755);
  for (const file of files) {
    const text = (await readFile(join(examples, file), "utf8"))
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${proxy}`)
      .replaceAll("127.0.0.1:8000", `127.0.0.1:${application}`)
      .replaceAll("127.0.0.1:8414", `127.0.0.1:${endsession}`)
      .replaceAll("/etc/haproxy/", `${folder}/`);
    await writeFile(join(folder, file), change(text));
  }
  for (const [file, text] of Object.entries(own?.(folder) ?? {})) {
    await writeFile(join(folder, file), text);
  }
  const home = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const running: ServerProcess = await startProcess({
    program: command,
    args: args(folder),
    env: { ...env, ...home },
    identity: {},
    ready,
    folder,
    ownsFolder: true,
    stopSignal: "SIGTERM",
  });
  return {
    url: `http://127.0.0.1:${proxy}`,
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ports for all three. */
export async function proxyPorts(application: number): Promise<ProxyPorts> {
  return { proxy: await freePort(), application, endsession: await freePort() };
}
