/** The application in stacks/nextjs, as `next build` has built it. */
import { createRequire } from "node:module";
import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { beforeAll } from "vitest";
import { adapterContract } from "../../test/adapters/contract.ts";
import { serveScene } from "./scene.ts";
import { pagesTest } from "./started.ts";

const dir = fileURLToPath(new URL("../nextjs", import.meta.url));
let handle: RequestListener;

beforeAll(async () => {
  const next = createRequire(`${dir}/package.json`)("next") as (options: object) => {
    prepare(): Promise<void>;
    getRequestHandler(): RequestListener;
  };
  const app = next({ dev: false, dir, hostname: "127.0.0.1" });
  await app.prepare();
  handle = app.getRequestHandler();
});

adapterContract("Next.js", (scene) => serveScene(scene, handle), {
  sendsEarly: false,
  readsBefore: false,
  answersEarly: false,
});

pagesTest("nextjs", ["../node_modules/next/dist/bin/next", "start"]);
