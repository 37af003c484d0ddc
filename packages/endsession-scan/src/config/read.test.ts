import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ScanError } from "../scan-error.ts";
import { readConfig } from "./read.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "endsession-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(content: unknown): string {
  const path = join(folder, "scan.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** What is said of it; it has to be an error of usage. */
function complaint(content: unknown, over: Parameters<typeof readConfig>[1] = {}): string {
  try {
    readConfig(file(content), over);
  } catch (error) {
    if (error instanceof ScanError && error.kind === "usage")
      return error.message.replaceAll(folder, "…");
    throw error;
  }
  return "nothing";
}

const baseUrl = "http://localhost:3000";

test("the file's values, with defaults for the rest", () => {
  const { config, path } = readConfig(file({ baseUrl, username: "ada", passwordEnv: "P" }), {});
  expect(config).toMatchObject({ baseUrl, username: "ada", private: [], hosts: [], fields: {} });
  expect(path).toBe(join(folder, "scan.json"));
});

test("the command line wins, where it says something", () => {
  const path = file({ baseUrl, username: "ada", private: ["/a"] });
  const { config } = readConfig(path, { username: "grace", private: undefined });
  expect(config).toMatchObject({ username: "grace", private: ["/a"] });
});

test("without a file, the command line is enough", () => {
  expect(readConfig(undefined, { baseUrl }).config.baseUrl).toBe(baseUrl);
});

test("a file that is not there", () => {
  expect(() => readConfig(join(folder, "none.json"), { baseUrl })).toThrow(
    /The configuration \S+none\.json cannot be read\. Check the path given with --config\./u,
  );
});

test.each([
  ["{", /^The configuration …\/scan\.json is not JSON: /u],
  ["", /is not JSON/u],
  ["null", /has to be a JSON object\.$/u],
  ["[]", /has to be a JSON object\.$/u],
  ["3", /has to be a JSON object\.$/u],
  [{}, /^No address was given: /u],
  [{ baseUrl: "localhost:3000" }, /^In …\/scan\.json at "baseUrl": /u],
  [{ baseUrl: "file:///etc/passwd" }, /at "baseUrl": /u],
  [{ baseUrl, passwort: "x" }, /^In …\/scan\.json: .*"passwort"/u],
  [{ baseUrl, fields: { user: "#u" } }, /at "fields": .*"user"/u],
  [{ baseUrl, username: 3 }, /at "username": /u],
  [{ baseUrl, private: ["/a", 3] }, /at "private\.1": /u],
  [{ baseUrl, idle: -1 }, /at "idle": /u],
  [{ baseUrl, logout: { kind: "post" } }, /at "logout\.kind": /u],
  [{ baseUrl, signIn: { kind: "steps", steps: [] } }, /at "signIn\.steps": /u],
  [{ baseUrl, refresh: {} }, /at "refresh\.url": /u],
])("%j is refused, with file and key", (content, says) => {
  expect(complaint(content)).toMatch(says);
});

test("what the command line says wrongly is not blamed on a file", () => {
  expect(() => readConfig(undefined, { baseUrl: "nowhere" })).toThrow(
    /^In the command line at "baseUrl": /u,
  );
});

test("no complaint repeats a password", () => {
  expect(complaint({ baseUrl, password: ["correct horse 1851"] })).not.toContain("horse");
});
