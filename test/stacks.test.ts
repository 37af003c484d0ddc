/**
 * The pages of docs/stacks that show an application as a whole: it is put together from the page,
 * started as a reader would start it, and asked by the page's own curl commands.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "./services/port.ts";
import { temporaryFolder } from "./support/demo.ts";
import { expectClean, isScanned } from "./support/quick-scan.ts";
import { findTool } from "./support/tool.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const patience = 120_000;

beforeAll(async () => {
  const curl = { name: "curl", variable: "ENDSESSION_CURL", debianPackage: "curl" };
  await findTool({ ...curl, executables: ["curl"] });
});

test.each(["express", "fastify", "koa"])(
  "docs/stacks/%s.md works",
  { timeout: patience },
  async (name) => {
    const page = readFileSync(join(root, `docs/stacks/${name}.md`), "utf8");
    const { folder, port } = await emptyFolder();
    const program = blocksOf(page, "js").join("\n");
    // What section 4 adds stands before the line that listens.
    const [listen = ""] = /^(?:await )?app\.listen\(.*$/mu.exec(program) ?? [];
    const server = `${program.replace(listen, "")}\n${listen.replace("3000", String(port))}\n`;
    writeFileSync(join(folder, "server.js"), server);
    await start(folder, "server.js", port);
    if (isScanned(name)) await scan(port);
    await follow(page, folder, port);
  },
);

test("docs/stacks/nest.md works", { timeout: patience }, async () => {
  const page = readFileSync(join(root, "docs/stacks/nest.md"), "utf8");
  const { folder, port } = await emptyFolder();
  mkdirSync(join(folder, "src"));
  for (const file of ["tsconfig.json", "src/sessions.ts", "src/app.controller.ts", "src/main.ts"]) {
    const [, code = ""] = page.split(`\`${file}\``, 2)[1]?.split(/^```\w+\n/mu) ?? [];
    const [text = ""] = code.split(/^```$/mu);
    writeFileSync(join(folder, file), text.replace("listen(3000", `listen(${port}`));
  }
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const compiled = run(process.execPath, [tsc, "-p", folder], { cwd: folder });
  expect(await compiled.catch((error: { stdout: string }) => error)).toMatchObject({ stdout: "" });
  await start(folder, "dist/main.js", port);
  if (isScanned("nest")) await scan(port);
  await follow(page, folder, port);
});

/** The pages' applications have one user and one private address, which no page of theirs links. */
function scan(port: number): Promise<void> {
  return expectClean({
    baseUrl: `http://127.0.0.1:${port}/`,
    username: "ada@example.com",
    password: "correct-horse",
    private: ["/me"],
  });
}

/** A folder in which npm has installed everything, and a port to listen on. */
async function emptyFolder(): Promise<{ folder: string; port: number }> {
  const folder = await temporaryFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return { folder, port: await freePort() };
}

/** The fenced blocks of a page in a language. */
function blocksOf(page: string, language: string): string[] {
  const fences = page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gmu);
  return [...fences].flatMap(([, found, code = ""]) => (found === language ? [code] : []));
}

/** Starts the application, and waits until it answers. */
async function start(folder: string, file: string, port: number): Promise<void> {
  const server = spawn(process.execPath, [file], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const exited = once(server, "exit");
  onTestFinished(async () => {
    server.kill();
    await exited;
  });
  const answers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const started = expect.poll(answers, { timeout: 20_000 }).toBe(true);
  const ended = exited.then(([code]) => expect.fail(`exited with ${String(code)}:\n${said}`));
  await Promise.race([started, ended]);
}

/** Runs the commands of a page, and finds in each answer what stands behind its `#`. */
async function follow(page: string, cwd: string, port: number): Promise<void> {
  const lines = blocksOf(page, "sh").flatMap((block) => block.trim().split("\n"));
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    const [command = "", expected = ""] = line.replaceAll(":3000/", `:${port}/`).split(" # ");
    if (command.startsWith("curl")) expect(expected, command).not.toBe("");
    const { stdout } = await run("sh", ["-c", `curl() { command curl -sS "$@"; }; ${command}`], {
      cwd,
    });
    expect(`${command}\n${stdout}`).toContain(expected);
  }
}
