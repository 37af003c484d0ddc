/** What docs/service.md and docs/command-line.md show works: every command is run. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/demo.ts";
import {
  asBackEnd,
  ask,
  newSettings,
  type Service,
  startService,
  startSession,
} from "./support/service.ts";
import { findTool } from "./support/tool.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const shown = "http://127.0.0.1:8414";

/** The commands of a document, by the heading that they stand below. */
function commandsOf(file: string): { heading: string; code: string }[] {
  let heading = "";
  return [...read(file).matchAll(/^## (.+)$|^```sh\n([\s\S]*?)^```$/gmu)].flatMap(
    ([, title, code]) => {
      if (title !== undefined) heading = title;
      return code === undefined ? [] : [{ heading, code }];
    },
  );
}

/** A folder with an `npx` that runs what was built here, as npm's does where it is installed. */
async function folderWithNpx(): Promise<string> {
  const folder = await temporaryFolder();
  const dist = join(root, "packages/endsession-server/dist");
  const script = [
    "#!/bin/sh",
    'case "$1" in',
    `endsession) main="${dist}/main.js" ;;`,
    `endsession-server) main="${dist}/server.js" ;;`,
    "esac",
    "shift",
    `exec "${process.execPath}" "$main" "$@"`,
  ];
  writeFileSync(join(folder, "npx"), script.join("\n"));
  chmodSync(join(folder, "npx"), 0o755);
  return folder;
}

let path: string;
let service: Service;
beforeAll(async () => {
  const curl = { name: "curl", variable: "ENDSESSION_CURL", debianPackage: "curl" };
  await findTool({ ...curl, executables: ["curl"] });
  path = `${await folderWithNpx()}:${process.env["PATH"] ?? ""}`;
  service = await startService(await newSettings());
});
afterAll(() => service.end("SIGKILL"));

/** Runs commands against the service, with the credentials of a new session at hand. */
async function runCommands(code: string): Promise<string> {
  const { id, cookie, accessToken, refreshToken } = await startSession(service, "user-42");
  const script = [
    "set -eu",
    'curl() { command curl --silent --show-error --fail "$@"; }',
    code.replaceAll(shown, service.url),
  ].join("\n");
  const env = {
    ...service.settings,
    PATH: path,
    SESSION_ID: id,
    COOKIE: cookie,
    ACCESS_TOKEN: accessToken,
    REFRESH_TOKEN: refreshToken,
  };
  return (await run("sh", ["-c", script], { env })).stdout;
}

describe("docs/service.md", () => {
  const [start, ...rest] = commandsOf("docs/service.md");

  test("starts the service", async () => {
    const env = { PATH: path, ENDSESSION_PORT: "0" };
    const cwd = await temporaryFolder();
    // A group of its own, which ends with the shell's own children.
    const child = spawn("sh", ["-eu", "-c", start?.code ?? ""], {
      env,
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    while (!output.includes('"msg":"listening"')) {
      const [chunk] = (await once(child.stdout, "data")) as [Buffer];
      output += chunk.toString();
    }
    process.kill(-(child.pid ?? 0), "SIGTERM");
    await once(child, "close");
  });

  const expected = [
    ['"set_cookie":["es_session=es_s_', '{"mark":"'],
    ["x-auth-user: user-42"],
    ["Sessions have ended", '"active":true', "Logout successful", "set-cookie: es_session=;"],
    ['{"status":"ready","store":"up",', "endsession_lease_held 1"],
  ];
  test.each(rest.map((block, index) => ({ ...block, index })))(
    "works: $heading",
    async ({ code, index }) => {
      const output = await runCommands(code);
      for (const text of expected[index] ?? ["no expectation"]) expect(output).toContain(text);
    },
  );

  test("lists every metric, and no other", async () => {
    const { text } = await ask(service, "/metrics", asBackEnd(service));
    const real = [...text.matchAll(/^# TYPE (\w+)/gmu)].map(([, name]) => name);
    const told = [...read("docs/service.md").matchAll(/^\| `(endsession_\w+)`/gmu)];
    expect(new Set(told.map(([, name]) => name))).toEqual(new Set(real));
  });
});

describe("docs/command-line.md", () => {
  const expected = [
    ["Firefox on Windows", "is live.", "has ended.", 'of the user "user-42" have ended.'],
    ['in the tenant "default" have ended', "the signing keys are new"],
    ["session_created", '"type":"sessions_ended"'],
    ["A session cookie's value, live.", '"kind":"refresh_token"'],
    ["signs", "A new key signs"],
    ["are those of this version", "a new history has begun"],
    ["ok    service token", '"check":"scheme headers"'],
  ];
  test.each(commandsOf("docs/command-line.md").map((block, index) => ({ ...block, index })))(
    "works: $heading",
    async ({ code, index }) => {
      const output = await runCommands(code);
      for (const text of expected[index] ?? ["no expectation"]) expect(output).toContain(text);
    },
  );
});
