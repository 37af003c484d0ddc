/** The examples of docs/scan-testing.md as files, and what stands in for tools that are not here. */

export interface Examples {
  /** Test files, by their names, and what they import. */
  readonly files: Readonly<Record<string, string>>;
  /** The message of a failure. */
  readonly failure: string;
}

/** How a reader signs in by a page. */
const signIn = `
/** @param {import("playwright-core").Page} page */
export async function signIn(page) {
  await page.goto(process.env["APPLICATION"] + "/login");
  await page.locator("[name=email]").fill("ada@example.com");
  await page.locator("[name=password]").fill("correct horse 1851");
  await page.locator("form:has([name=password]) button").click();
  await page.waitForURL("**/account");
}
`;

export function examplesOf(text: string): Examples {
  const files: Record<string, string> = { "sign-in.js": signIn };
  let failure = "";
  let heading = "";
  let count = 0;
  for (const part of text.matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gmu)) {
    const [, title, language = "", code = ""] = part;
    if (title !== undefined) {
      heading = title;
      count = 0;
    } else if (language === "text") {
      failure = code;
    } else if (language === "ts" || language === "js") {
      count += 1;
      const name = heading.toLowerCase().replaceAll(" ", "-");
      const file = heading === "node:test" ? "node-test.mjs" : `${name}-${count}.test.${language}`;
      files[file] = code.includes("import ") ? code : completed(code);
    }
  }
  return { files, failure };
}

/** A part of a test as a whole one, with an application that wants a cookie or a token. */
function completed(code: string): string {
  return `
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { capture, expectDead } from "endsession-scan/testing";
import { test } from "vitest";

test("a part of a test", async () => {
  let live = true;
  const server = createServer(({ url, headers }, response) => {
    const known = url === "/account" ? headers.cookie === "sid=1" : headers.authorization === "Bearer 2";
    if (url === "/logout") live = false;
    response.writeHead(live && known ? 200 : 401).end();
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const url = "http://127.0.0.1:" + (server.address() as AddressInfo).port;
  const context = { cookies: async () => [{ name: "sid", value: "1" }] };
  const authorization = "Bearer 2";
  const logOut = () => fetch(url + "/logout", { method: "POST" });
${code.replaceAll('"http://localhost:3000"', "url")}
  server.close();
});
`;
}

/**
 * Test tools that this workspace does without, by so much of them as the examples use: Playwright's
 * runner over the real Chromium, Jest's \`test\` over Vitest's, supertest's agent over \`fetch\`.
 */
export const standIns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "@playwright/test": {
    "package.json": '{ "type": "module", "exports": "./index.js" }',
    "index.d.ts": `
import type { Browser, Page } from "playwright-core";
type Fixtures = { page: Page; browser: Browser };
export declare const test: (name: string, run: (of: Fixtures) => Promise<void>) => void;
`,
    "index.js": `
import { chromium } from "playwright-core";
import { test as plain } from "vitest";
export const test = plain.extend({
  browser: async ({}, use) => {
    const browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"],
      chromiumSandbox: process.env["CHROMIUM_SANDBOX"] === "1",
    });
    await use(browser);
    await browser.close();
  },
  page: async ({ browser }, use) => {
    await use(await browser.newPage({ baseURL: process.env["APPLICATION"] }));
  },
});
`,
  },
  "@jest/globals": {
    "package.json": '{ "type": "module", "exports": "./index.js" }',
    "index.d.ts": 'export { test } from "vitest";',
    "index.js": 'export { test } from "vitest";',
  },
  supertest: {
    "package.json": '{ "type": "module", "exports": "./index.js" }',
    "index.d.ts": `
interface Answer {
  readonly status: number;
  readonly headers: any;
  readonly request: any;
}
interface Asking extends PromiseLike<Answer> {
  type(of: string): Asking;
  send(body: object): Asking;
}
interface Agent {
  post(path: string): Asking;
}
declare const request: { agent(url: string): Agent };
export default request;
`,
    "index.js": `
const agent = (url) => {
  let cookie = "";
  return {
    post: (path) => {
      let body;
      const asking = {
        type: () => asking,
        send: (fields) => {
          body = new URLSearchParams(fields);
          return asking;
        },
        then: async (resolve, reject) => {
          try {
            const options = { method: "POST", headers: { cookie }, redirect: "manual" };
            const answer = await fetch(url + path, body ? { ...options, body } : options);
            const lines = answer.headers.getSetCookie();
            if (lines.length > 0) cookie = lines.map((line) => line.split(";")[0]).join("; ");
            const headers = { "set-cookie": lines };
            resolve({ status: answer.status, headers, request: { url: url + path } });
          } catch (error) {
            reject(error);
          }
        },
      };
      return asking;
    },
  };
};
export default { agent };
`,
  },
};
