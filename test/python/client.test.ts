/** The Python client by itself: its own tests, and its types. */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { Interpreter } from "../services/interpreter.ts";
import { findMypy } from "../services/mypy.ts";
import { findPython } from "../services/python.ts";
import { examples } from "./applications.ts";

const execute = promisify(execFile);

function run({ command, env }: Interpreter, args: readonly string[]): Promise<string> {
  const environment = { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: "1" };
  return execute(command, args, { cwd: examples, env: environment }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    },
  );
}

test("I22: its unit tests pass: whatever the service does, nothing of it is a pass", async () => {
  const output = await run(await findPython(), ["-W", "ignore::ResourceWarning", "-m", "unittest"]);
  expect(output).toMatch(/^Ran (?:1\d|[2-9]\d) tests/mu);
  expect(output).toMatch(/^OK$/mu);
}, 120_000);

test("its types are strict", async () => {
  const cache = join(tmpdir(), `endsession-mypy-${process.pid}`);
  const args = ["-m", "mypy", "--cache-dir", cache, "endsession", "tests"];
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const output = await run(await findMypy(), args);
  expect(output).toContain("Success: no issues found");
}, 300_000);
