// @ts-check
/** What a page has to load: bundles of the browser client and of the smallest one among the peers. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const here = fileURLToPath(new URL("..", import.meta.url));
const peers = fileURLToPath(new URL("../peers", import.meta.url));

const client = 'export { createClient, logout } from "endsession/client";';
const react = 'export * from "endsession/react";';
const peer = 'export { default } from "keycloak-js";';

/** @param {Bench} bench */
export async function run(bench) {
  const own = await sizeOf(client, here);
  await bench.attempt(["P35"], async () => {
    const smallest = await sizeOf(peer, peers);
    bench.exact("P35", own / smallest, {
      notes: [
        `createClient and logout ${own} bytes, keycloak-js ${smallest}, which also signs in`,
        `logout alone ${await sizeOf('export { logout } from "endsession/client";', here)} bytes`,
      ],
    });
  });
  await bench.attempt(["P36"], async () => {
    bench.exact("P36", (await sizeOf(client + react, here)) - own);
  });
}

/** Bytes of a bundle, minified and compressed by gzip -9. @param {string} contents @param {string} resolveDir */
async function sizeOf(contents, resolveDir) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    external: ["react", "react/jsx-runtime"],
    write: false,
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
