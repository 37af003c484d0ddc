import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["test/**/*.test.ts"],
    hookTimeout: 120_000,
    testTimeout: 30_000,
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//u] } },
  },
});
