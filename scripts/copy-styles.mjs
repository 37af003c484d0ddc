// @ts-check
/** Puts the stylesheet beside the modules that `tsc` wrote, with types for those who import it. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const library = join(root, "packages/endsession");
copyFileSync(join(library, "src/react/style.css"), join(library, "dist/react.css"));
writeFileSync(join(library, "dist/react.css.d.ts"), "export {};\n");
