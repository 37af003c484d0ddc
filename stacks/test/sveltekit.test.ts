/** The application in stacks/sveltekit, as `vite build` has built it. */
import type { RequestListener } from "node:http";
import { beforeAll } from "vitest";
import { adapterContract } from "../../test/adapters/contract.ts";
import { serveScene } from "./scene.ts";
import { pagesTest } from "./started.ts";

let handle: RequestListener;

beforeAll(async () => {
  // Without an ORIGIN it would take every request for one by https.
  process.env["PROTOCOL_HEADER"] = "x-scheme";
  const built = new URL("../sveltekit/build/handler.js", import.meta.url).href;
  ({ handler: handle } = (await import(built)) as { handler: RequestListener });
});

adapterContract(
  "SvelteKit",
  (scene) =>
    serveScene(scene, (req, res) => {
      req.headers["x-scheme"] = "http";
      const isForm = req.headers["content-type"]?.includes("form") === true;
      // It refuses a form without an Origin, those of programs too, before it asks a hook.
      if (isForm) req.headers.origin ??= `http://${req.headers.host}`;
      handle(req, res);
    }),
  { sendsEarly: false, readsBefore: false },
);

pagesTest("sveltekit", ["build/index.js"]);
