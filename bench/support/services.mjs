// @ts-check
/**
 * The bench's own Redis and PostgreSQL, started by what the tests start theirs with, and their
 * proxy that fails on demand. That is TypeScript, which Node 20 does not read, so it is compiled
 * first.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Postgres
 * @property {string} url      of an empty database
 * @property {number} port
 * @property {string} folder   of the cluster
 * @property {() => Promise<string>} database   makes another empty one, and gives its URL
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Proxy
 * @property {number} port
 * @property {(mode: "pass" | "cut" | "hole") => Promise<void>} mode
 * @property {() => Promise<void>} close
 */

const root = new URL("../../", import.meta.url);
let compiled = false;

/** @param {"services/redis" | "services/postgres" | "services/tcp-proxy" | "services/port" | "support/proxies"} name */
async function load(name) {
  if (!compiled) {
    const tsc = fileURLToPath(new URL("node_modules/.bin/tsc", root));
    const project = fileURLToPath(new URL("bench/support/services.tsconfig.json", root));
    execFileSync(tsc, ["-p", project], { stdio: "pipe" });
    compiled = true;
  }
  return import(new URL(`node_modules/.cache/endsession-bench/${name}.js`, root).href);
}

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function startRedis() {
  return (await load("services/redis")).startRedis();
}

/** @returns {Promise<Postgres>} */
export async function startPostgres() {
  const { startPostgres: start, createDatabase } = await load("services/postgres");
  const server = await start({ version: 15 });
  const database = () => createDatabase(server);
  const { port, folder } = server;
  return { url: await database(), port, folder, database, stop: () => server.stop() };
}

/** A proxy before a port of this machine. @param {number} port @returns {Promise<Proxy>} */
export async function startProxy(port) {
  return (await load("services/tcp-proxy")).startProxy(port);
}

/**
 * An nginx with the configuration of `examples/proxies`, altered.
 * @param {{ application: number, endsession: number }} ports
 * @param {(text: string) => string} change
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startNginx(ports, change) {
  const port = await (await load("services/port")).freePort();
  const examples = fileURLToPath(new URL("examples/proxies/", root));
  const { startExample } = await load("support/proxies");
  const nginx = await startExample("nginx", { ...ports, proxy: port }, { change, examples });
  return { port, stop: () => nginx.stop() };
}
