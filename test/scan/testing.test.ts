/** The assertions for tests, on real applications: by a browser's two devices, and as documented. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { capture, expectAlive, expectDead } from "endsession-scan/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../support/chromium.ts";
import { temporaryFolder } from "../support/demo.ts";
import { isRoot } from "../support/tool.ts";
import { readCatalogue, startFixtures } from "./fixtures.ts";
import type { Corpus } from "./fixtures.ts";
import { examplesOf, standIns } from "./testing-examples.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Browsers and runners take their time on a busy machine. */
const patience = { timeout: 300_000 };
const account = { email: "ada@example.com", password: "correct horse 1851" };

const names = {
  right: "right-server-pages",
  wrong: "session-survives-logout--cookie-only",
  rightTokens: "right-spa-bearer",
} as const;

let corpus: Corpus;
const urlOf = (name: keyof typeof names): string => {
  const url = corpus.urls.get(names[name]);
  if (url === undefined) throw new Error(`${name} is not served.`);
  return url;
};
beforeAll(async () => {
  const wanted = new Set<string>(Object.values(names));
  corpus = await startFixtures((await readCatalogue()).filter(({ name }) => wanted.has(name)));
});
afterAll(() => corpus.stop());

describe("in Chromium", patience, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  /** A device that is signed in. */
  async function device(url: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${url}/login`);
    await page.locator("[name=email]").fill(account.email);
    await page.locator("[name=password]").fill(account.password);
    await page.locator("form:has([name=password]) button").click();
    await page.waitForURL(`${url}/account`);
    return page;
  }

  async function logOut(page: Page, url: string): Promise<void> {
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.waitForURL(`${url}/`);
  }

  test("one device's session is dead, the other's alive", async () => {
    const url = urlOf("right");
    const [laptop, phone] = [await device(url), await device(url)];
    const probe = ["/account", "/orders"];
    const here = await capture(laptop.context(), { probe });
    const there = await capture(phone, { probe: "/account" });
    await expect(expectDead(here)).rejects.toThrow(/still alive/u);
    await logOut(laptop, url);
    expect(await expectDead(here)).toMatchObject({ requests: 20 });
    expect(await expectAlive(there)).toEqual({ requests: 1 });
    await expect(expectAlive(here)).rejects.toThrow(/has ended/u);
    await phone.reload();
    expect(new URL(phone.url()).pathname).toBe("/account");
  });

  test("a cookie that only the browser has forgotten", async () => {
    const url = urlOf("wrong");
    const page = await device(url);
    const session = await capture(page, { probe: "/account" });
    await logOut(page, url);
    expect(await page.context().cookies()).toEqual([]);
    await expect(expectDead(session)).rejects.toMatchObject({
      name: "SessionStillAliveError",
      accepted: [{ probe: `GET ${url}/account`, status: 200, carriers: ["cookie sid"] }],
    });
  });
});

describe("docs/scan-testing.md", patience, () => {
  const text = readFileSync(join(root, "docs/scan-testing.md"), "utf8");
  const examples = examplesOf(text);
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const modules = join(folder, "node_modules");
    for (const scope of ["@types", "@playwright", "@jest"]) {
      mkdirSync(join(modules, scope), { recursive: true });
    }
    for (const name of ["endsession-scan", "vitest", "playwright-core", "@types/node"]) {
      symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
    }
    for (const [name, files] of Object.entries(standIns)) {
      mkdirSync(join(modules, name));
      for (const [file, code] of Object.entries(files)) {
        writeFileSync(join(modules, name, file), code);
      }
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [file, code] of Object.entries(examples.files)) {
      const url = file.startsWith("node-") ? urlOf("rightTokens") : urlOf("right");
      writeFileSync(join(folder, file), code.replaceAll("http://localhost:3000", url));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("has an example for each runner", () => {
    expect(Object.keys(examples.files)).toEqual([
      "sign-in.js",
      "playwright-1.test.ts",
      "playwright-2.test.ts",
      "vitest-1.test.ts",
      "jest-and-supertest-1.test.js",
      "node-test.mjs",
      "how-it-judges-1.test.ts",
    ]);
  });

  test("its examples have the right types", async () => {
    const compilerOptions = {
      types: ["node"],
      allowJs: true,
      noEmit: true,
      isolatedDeclarations: false,
      declaration: false,
    };
    const config = {
      extends: join(root, "tsconfig.base.json"),
      compilerOptions,
      files: Object.keys(examples.files),
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const outcome = run(process.execPath, [tsc, "-p", folder], { cwd: folder });
    expect(await outcome.catch((error: unknown) => error)).toMatchObject({ stdout: "" });
  });

  test("its examples for Playwright, Vitest and Jest hold", async () => {
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const env = {
      ...process.env,
      APPLICATION: urlOf("right"),
      CHROMIUM: await findChromium(),
      CHROMIUM_SANDBOX: isRoot() ? "" : "1",
      NO_COLOR: "1",
    };
    const options = ["--test-timeout=60000", "--reporter=json"];
    // One process for all: most of the time goes into loading the same modules.
    const args = ["run", "--root", folder, ...options, "--no-isolate", "--no-file-parallelism"];
    const { stdout } = await run(process.execPath, [vitest, ...args], { cwd: folder, env });
    expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 5, numFailedTests: 0 });
  });

  test("its example for node:test holds", async () => {
    const args = ["--test", "--test-reporter=tap", join(folder, "node-test.mjs")];
    // Within vitest's own environment node:test would report to a parent that is none.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await run(process.execPath, args, { cwd: folder, env });
    expect(stdout).toMatch(/^# pass 1$/mu);
    expect(stdout).toMatch(/^# fail 0$/mu);
  });

  test("shows the failure as it is", async () => {
    const url = urlOf("wrong");
    const body = new URLSearchParams(account);
    const answer = await fetch(`${url}/login`, { method: "POST", body, redirect: "manual" });
    const session = await capture(answer, { probe: "/account" });
    await fetch(`${url}/logout`, { method: "POST", headers: session.headersFor("/logout") });
    const error: unknown = await expectDead(session).catch((it: unknown) => it);
    if (!(error instanceof Error)) throw new Error("Nothing was thrown.");
    const steady = (message: string): string =>
      message
        .replaceAll(url, "http://localhost:3000")
        .replaceAll(/sha256:[\da-f]{8}/gu, "sha256:…")
        .replaceAll(/\d+ ms/gu, "… ms");
    expect(steady(`${error.name}: ${error.message}\n`)).toBe(steady(examples.failure));
  });
});
