// @ts-check
/**
 * The bench's own Redis and PostgreSQL, started by what the tests start theirs with. That is
 * TypeScript, which Node 20 does not read, so it is compiled first.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
let compiled = false;

/** @param {"redis" | "postgres"} name */
async function load(name) {
  if (!compiled) {
    const tsc = fileURLToPath(new URL("node_modules/.bin/tsc", root));
    const project = fileURLToPath(new URL("bench/support/services.tsconfig.json", root));
    execFileSync(tsc, ["-p", project], { stdio: "pipe" });
    compiled = true;
  }
  return import(new URL(`node_modules/.cache/endsession-bench/services/${name}.js`, root).href);
}

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function startRedis() {
  return (await load("redis")).startRedis();
}

/**
 * A server, the URL of an empty database, and more of those.
 * @returns {Promise<{ url: string, another: () => Promise<string>, stop: () => Promise<void> }>}
 */
export async function startPostgres() {
  const { startPostgres: start, createDatabase } = await load("postgres");
  const server = await start({ version: 15 });
  const another = () => createDatabase(server);
  return { url: await another(), another, stop: () => server.stop() };
}
