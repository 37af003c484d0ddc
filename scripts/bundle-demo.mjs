// @ts-check
/** Bundles what the demo runs in browsers: its single page, and the script of its plain pages. */
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./run.mjs";

const demo = join(root, "apps/demo");
await build({
  entryPoints: {
    app: join(demo, "browser/main.tsx"),
    "app-style": join(demo, "browser/app.css"),
    plain: join(demo, "browser/plain.ts"),
  },
  outdir: join(demo, "dist/browser"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
