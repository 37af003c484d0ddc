import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const library = fileURLToPath(new URL("packages/endsession", import.meta.url));

const product = {
  hookTimeout: 300_000,
  server: { deps: { external: [/\/packages\/[^/]+\/dist\//u] } },
};

export default defineConfig({
  test: {
    // PostgreSQL and Redis, once for all projects.
    globalSetup: ["test/services/setup.ts"],
    // Two files at once on the smallest machine too: most wait for a database, or for a browser.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What hangs fails; what is slow on a busy machine does not.
    testTimeout: 30_000,
    projects: [
      {
        // Beside the source, run from the source: no build needed.
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
        },
        resolve: {
          alias: [
            { find: /^endsession$/u, replacement: `${library}/src/index.ts` },
            { find: /^endsession\/([a-z-]+)$/u, replacement: `${library}/src/$1.ts` },
          ],
        },
      },
      ...["postgres 18", "postgres 15 redis"].map((store) => ({
        // The same rules on real servers.
        extends: true as const,
        test: {
          name: store,
          include: ["external", "matrix", "races", "regressions", "sessions", "suspicion"].map(
            (name) => `packages/endsession/src/${name}.test.ts`,
          ),
          env: { ENDSESSION_TEST_STORE: store },
        },
      })),
      {
        // Compiled, never run: what the types accept and refuse.
        extends: true,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["packages/**/*.test-d.ts"],
            tsconfig: `${library}/tsconfig.json`,
            // Errors elsewhere are what `npm run typecheck` reports.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        // The whole product, as an application gets it: Node itself loads the built files.
        extends: true,
        test: {
          name: "product",
          include: ["test/**/*.test.ts"],
          exclude: ["test/cluster/**", "test/scan/**"],
          ...product,
        },
      },
      {
        // Dozens of scans by real browsers, when the others are done.
        extends: true,
        test: {
          name: "scan",
          include: ["test/scan/**/*.test.ts"],
          ...product,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Several processes at full load: one file after another, when the others are done.
        extends: true,
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          fileParallelism: false,
          ...product,
        },
      },
    ],
  },
});
