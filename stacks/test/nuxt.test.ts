/** The application in stacks/nuxt, as `nuxt build` has built it. */
import type { RequestListener } from "node:http";
import { beforeAll } from "vitest";
import { adapterContract } from "../../test/adapters/contract.ts";
import { serveScene } from "./scene.ts";
import { freePort, pagesTest } from "./started.ts";

const built = new URL("../nuxt/.output/server/index.mjs", import.meta.url).href;

beforeAll(async () => {
  // It listens as soon as it is loaded.
  Object.assign(process.env, { NITRO_HOST: "127.0.0.1", NITRO_PORT: String(await freePort()) });
  await import(built);
  for (const name of ["NITRO_HOST", "NITRO_PORT"]) Reflect.deleteProperty(process.env, name);
});

adapterContract(
  "Nuxt",
  (scene) =>
    serveScene(scene, (req, res) => {
      const { listener } = globalThis as unknown as { listener: RequestListener };
      listener(req, res);
    }),
  { sendsEarly: false, readsBefore: false },
);

pagesTest("nuxt", [".output/server/index.mjs"]);
