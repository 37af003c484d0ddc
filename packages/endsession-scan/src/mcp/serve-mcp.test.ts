import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { afterEach, describe, expect, test } from "vitest";
import { artifacts, finding } from "../prompts/example.test.fixture.ts";
import { ScanError } from "../scan-error.ts";
import { serveMcp } from "./serve-mcp.ts";
import type { McpHandle, McpOptions, McpScan } from "./serve-mcp.ts";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly progress?: number; readonly message?: string };
  readonly result?: Record<string, unknown> & {
    readonly content?: readonly { readonly text: string }[];
    readonly structuredContent?: Record<string, unknown>;
    readonly isError?: boolean;
    readonly tools?: readonly { readonly name: string; readonly inputSchema: object }[];
  };
  readonly error?: { readonly message: string };
}

const audits = [finding("session-survives-logout"), finding("cookie-flags", { verdict: "pass" })];
const servers: McpHandle[] = [];

/** A client at the other end of the pipes, speaking the protocol line by line. */
async function connected(options: Partial<McpOptions> = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked: McpScan[] = [];
  const told: Message[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  createInterface({ input: output }).on("line", (line) => {
    const message = JSON.parse(line) as Message;
    if (message.id === undefined) told.push(message);
    else waiting.get(message.id)?.(message);
  });
  const server = serveMcp({
    scan: (scan) => {
      asked.push(scan);
      scan.told("A signs in");
      scan.told("A clicks “Log out”");
      return Promise.resolve({ artifacts, findings: audits });
    },
    allowHosts: ["shop.test:8080", "127.0.0.1"],
    audits,
    version: "0.0.0",
    env: { ENDSESSION_PASSWORD: "correct horse", AWS_SECRET: "not this", SHOP_PASSWORD: "other" },
    transport: new StdioServerTransport(input, output),
    ...options,
  });
  servers.push(server);
  let last = 0;
  const request = (method: string, params: object): Promise<Message> => {
    const id = ++last;
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return new Promise((resolve) => void waiting.set(id, resolve));
  };
  const begun = await request("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  });
  input.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  const call = async (name: string, args: object, meta?: object) => {
    const { result, error } = await request("tools/call", {
      name,
      arguments: args,
      ...(meta === undefined ? {} : { _meta: meta }),
    });
    return {
      text: result?.content?.[0]?.text ?? error?.message ?? "",
      data: result?.structuredContent,
      failed: result?.isError === true || error !== undefined,
    };
  };
  return { begun, request, call, asked, told };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

test("tells its three tools and the hosts that were allowed", async () => {
  const { begun, request } = await connected();
  expect(begun.result?.["instructions"]).toContain("shop.test:8080, 127.0.0.1");
  const { result } = await request("tools/list", {});
  expect(result?.tools?.map(({ name }) => name)).toEqual(["scan", "explain", "fix_prompt"]);
  expect(JSON.stringify(result)).not.toMatch(/"password"/u);
});

test("scans, tells how it goes on, and answers in short", async () => {
  const { call, asked, told } = await connected();
  const args = {
    url: "http://shop.test:8080/",
    username: "ada@shop.test",
    password_env: "ENDSESSION_PASSWORD",
    only: ["cookie-flags"],
  };
  const { text, data, failed } = await call("scan", args, { progressToken: 7 });
  expect(failed).toBe(false);
  expect(asked[0]).toMatchObject({
    url: "http://shop.test:8080/",
    username: "ada@shop.test",
    password: "correct horse",
    only: ["cookie-flags"],
    quick: false,
    logoutAll: false,
  });
  expect(text).toMatch(
    /^scan-1 of http:\/\/shop\.test:8080\/: 1 failed, 0 inconclusive, 1 passed/u,
  );
  expect(text).toContain("FAIL high session-survives-logout: Something is wrong.");
  expect(data).toMatchObject({ scan_id: "scan-1", framework: "flask", counts: { fail: 1 } });
  expect(JSON.stringify({ text, data })).not.toContain("correct horse");
  expect(told.map(({ params }) => params?.message)).toEqual(["A signs in", "A clicks “Log out”"]);
});

describe("refuses in a sentence", () => {
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ["another host", { url: "http://evil.test/" }, /evil\.test may not be scanned/u],
    ["another port", { url: "http://shop.test:9090/" }, /may not be scanned/u],
    ["a look-alike", { url: "http://127.0.0.1.evil.test/" }, /may not be scanned/u],
    [
      "another host's sign-in",
      { url: "http://127.0.0.1/", login_url: "//evil.test/" },
      /evil\.test/u,
    ],
    ["a user in the address", { url: "http://a:b@127.0.0.1/" }, /must not carry/u],
    ["another scheme", { url: "file:///etc/passwd" }, /has to begin with http/u],
    ["any variable", { url: "http://127.0.0.1/", password_env: "AWS_SECRET" }, /may not be read/u],
    ["a missing one", { url: "http://127.0.0.1/", password_env: "ENDSESSION_X" }, /is not set/u],
    ["an unknown audit", { url: "http://127.0.0.1/", only: ["x"] }, /there are: session-survives/u],
  ];
  test.each(cases)("%s", async (_, args, why) => {
    const { call, asked } = await connected();
    const { text, failed } = await call("scan", args);
    expect(failed).toBe(true);
    expect(text).toMatch(why);
    expect(text).not.toContain("\n");
    expect(asked).toEqual([]);
  });
});

test("a variable that was named at the start may be read", async () => {
  const { call, asked } = await connected({ passwordEnv: ["SHOP_PASSWORD"] });
  await call("scan", { url: "http://127.0.0.1:3000/", password_env: "SHOP_PASSWORD" });
  expect(asked[0]?.password).toBe("other");
});

test("a scan that breaks off says why, and the next one may begin", async () => {
  let count = 0;
  const { call } = await connected({
    scan: () => {
      count++;
      return count === 1
        ? Promise.reject(new ScanError("cannot-judge", "No sign-in was found."))
        : Promise.resolve({ artifacts, findings: audits });
    },
  });
  expect(await call("scan", { url: "http://127.0.0.1/" })).toMatchObject({
    failed: true,
    text: "No sign-in was found.",
  });
  expect((await call("scan", { url: "http://127.0.0.1/" })).text).toMatch(/^scan-1/u);
});

test("one scan at a time", async () => {
  let finish = () => undefined as void;
  const gate = new Promise<void>((resolve) => (finish = resolve));
  const { call } = await connected({
    scan: async () => {
      await gate;
      return { artifacts, findings: audits };
    },
  });
  const first = call("scan", { url: "http://127.0.0.1/" });
  expect((await call("scan", { url: "http://127.0.0.1/" })).text).toMatch(/under way/u);
  finish();
  expect((await first).failed).toBe(false);
});

test("explains an audit, with the evidence once there was a scan", async () => {
  const { call } = await connected();
  const before = await call("explain", { audit: "session-survives-logout" });
  expect(before.text).toContain("Not scanned yet.");
  expect(before.data).toMatchObject({ cwe: 613, verdict: null });
  await call("scan", { url: "http://127.0.0.1/" });
  const after = await call("explain", { audit: "session-survives-logout" });
  expect(after.text).toContain("Verdict: fail. The old cookie is still accepted.");
  expect(after.text).toContain("POST http://shop.test:8080/logout");
  expect((await call("explain", { audit: "x" })).text).toMatch(/There is no audit x/u);
  expect((await call("explain", { audit: "cookie-flags", scan_id: "scan-9" })).text).toBe(
    "There is no scan-9; known: scan-1.",
  );
});

test("hands out the fix prompt, with and without a scan", async () => {
  const { call } = await connected();
  const before = await call("fix_prompt", {
    audit: "session-survives-logout",
    framework: "django",
  });
  expect(before.text).toContain("Make sure of this");
  expect(before.text).toContain("## In Django");
  await call("scan", { url: "http://127.0.0.1/" });
  const after = await call("fix_prompt", { audit: "session-survives-logout" });
  expect(after.text).toContain("## In Flask");
  expect(after.data).toEqual({ audit: "session-survives-logout", prompt: after.text });
});
