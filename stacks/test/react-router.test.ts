/** The application in stacks/react-router, as `react-router build` has built it. */
import { createRequire } from "node:module";
import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { beforeAll } from "vitest";
import { adapterContract } from "../../test/adapters/contract.ts";
import { serveScene } from "./scene.ts";
import { pagesTest } from "./started.ts";

const folder = fileURLToPath(new URL("../react-router/", import.meta.url));
let handle: RequestListener;

beforeAll(async () => {
  const require = createRequire(`${folder}package.json`);
  const serve = createRequire(require.resolve("@react-router/serve/package.json"));
  const express = serve("express") as () => RequestListener & {
    use(handler: unknown): void;
  };
  const { createRequestHandler } = serve("@react-router/express") as {
    createRequestHandler: (options: object) => unknown;
  };
  const build = (await import(`${folder}build/server/index.js`)) as object;
  const app = express();
  app.use(createRequestHandler({ build, mode: "production" }));
  handle = app;
});

adapterContract("React Router", (scene) => serveScene(scene, handle), {
  sendsEarly: false,
  readsBefore: false,
});

pagesTest("react-router", ["../node_modules/@react-router/serve/bin.js", "build/server/index.js"]);
