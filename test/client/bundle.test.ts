/** What an application's bundle gets: little, and nothing of the server. */
import { brotliCompressSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build, type BuildResult } from "esbuild";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

function bundle(contents: string): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    external: ["react", "react/jsx-runtime"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
}

/** In bytes, minified and compressed by brotli. */
async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await bundle(contents);
  return brotliCompressSync(outputFiles[0]?.contents ?? "").length;
}

const client = 'export * from "endsession/client";';
const react = 'export * from "endsession/react";';

describe("size", () => {
  test("a logout alone is at most 1.5 kB, the whole client at most 6 kB", async () => {
    expect(await sizeOf('export { logout } from "endsession/client";')).toBeLessThan(1500);
    // The adapters of query caches come on top for who uses them, and bearer mode is another entry.
    const whole = 'export { createClient, logout } from "endsession/client";';
    expect(await sizeOf(whole)).toBeLessThan(6000);
  });

  test("the React bindings are at most 3 kB on top", async () => {
    expect((await sizeOf(client + react)) - (await sizeOf(client))).toBeLessThan(3000);
  });
});

test("a bundle holds nothing of the server, and nobody else's code", async () => {
  const { metafile } = await bundle(client + react);
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== "<stdin>");
  expect(inputs.length).toBeGreaterThan(20);
  const allowed = /^packages\/endsession\/dist\/(?:client|react|protocol)(?:\.js|\/)/u;
  expect(inputs.filter((path) => !allowed.test(path))).toEqual([]);
});

test.each(["endsession", "endsession/express", "endsession/sqlite"])(
  "%s in a browser build fails, and says what to import",
  async (entry) => {
    const failing = bundle(`export { createEndSession } from "${entry}";`);
    await expect(failing).rejects.toThrow(/in-browsers-import-endsession-client/u);
    const { outputFiles } = await bundle(`import "${entry}";`);
    const code = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`;
    await expect(import(code)).rejects.toThrow(/In a browser import endsession\/client/u);
  },
);
