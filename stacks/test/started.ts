/** An application of stacks/ as its own start script starts it, and a person who uses its pages. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Answer, Device } from "../../test/support/client.ts";
import { expectClean, isScanned } from "../../test/support/quick-scan.ts";

/** Tests the pages of an application: those that docs/stacks/ shows. */
export function pagesTest(name: string, command: readonly string[]): void {
  const started = startInHooks(name, command);
  const visitor = (): Person => new Person(started.url);

  it(`${name}, as it starts by itself: sign in, change the password, log out`, async () => {
    const [person, other] = [visitor(), visitor()];
    expect(await person.leadsTo("/account")).toBe("/signin");
    expect((await person.see("/")).text).toContain("Welcome");
    for (const one of [person, other]) {
      const form = { email: "ada@example.com", password: "password123", remember_me: "on" };
      expect(await one.submit("/signin", 0, form)).toBe("/account");
      expect((await one.see("/account")).text).toContain("ada</h1>");
    }
    expect((await person.see("/")).text).toMatch(/Welcome back, (?:<!--.*?-->)?ada/u);

    const before = person.cookies();
    await person.submit("/account", 0, { password: "another" });
    expect(person.cookies()).not.toBe(before);
    expect((await person.see("/account")).status).toBe(200);
    expect(await other.leadsTo("/account")).toBe("/signin");
    expect(await visitor().leadsTo("/account", before)).toBe("/signin");

    const copy = person.cookies();
    expect(await person.submit("/account", 1, {})).toBe("/");
    expect(person.cookies()).toBe("");
    expect(await visitor().leadsTo("/account", copy)).toBe("/signin");
    expect((await visitor().see("/", copy)).text).not.toContain("Welcome back");
  });

  it(`${name}: a remembered device is signed in by a page, and by it alone`, async () => {
    const person = visitor();
    const form = { email: "ada@example.com", password: "password123", remember_me: "on" };
    await person.submit("/signin", 0, form);
    const [session, rememberMe] = person.cookies().split("; ").toSorted().toReversed();
    expect((await person.see("/", rememberMe)).text).toContain("Welcome back");
    expect(person.cookies()).not.toContain(session);
    expect((await person.see("/account")).status).toBe(200);
    expect(await person.submit("/account", 1, {})).toBe("/");
  });

  it.runIf(isScanned(name))(
    `${name}: the scanner's quick set finds nothing`,
    () =>
      expectClean({
        baseUrl: started.url(),
        username: "ada@example.com",
        password: "password123",
      }),
    120_000,
  );

  it.each(otherForms)(`${name}: nobody gets past the check of /account with %s`, async (path) => {
    const { port } = new URL(started.url());
    const sent = request({ port, host: "127.0.0.1", path, headers: { accept: "text/html" } });
    const [answer] = (await once(sent.end(), "response")) as [IncomingMessage];
    let text = "";
    for await (const chunk of answer.setEncoding("utf8")) text += String(chunk);
    // Sent to the sign-in page, or nothing that there is: never the page, nor its failure.
    const isSent = answer.statusCode === 200 && text.startsWith('{"type":"redirect"');
    expect([303, 308, 404]).toContain(isSent ? 303 : answer.statusCode);
    expect(text).not.toContain("new-password");
  });

  it(`${name}: a wrong password starts nothing`, async () => {
    const person = visitor();
    const form = { email: "ada@example.com", password: "wrong" };
    expect(await person.submit("/signin", 0, form)).toBe("/signin?error=invalid_credentials");
    expect(person.cookies()).toBe("");
  });
}

/** Texts that some router takes for `/account`. */
const otherForms = [
  "/%61ccount",
  "/ACCOUNT",
  "/%41CCOUNT",
  "//account",
  "/x/../account",
  "/x/%2e%2e/account",
  "/account/../account/",
  "/%61ccount/__data.json",
  "/%61ccount/_payload.json",
  "/ACCOUNT/_payload.json",
] as const;

interface Started {
  /** Where it listens. */
  readonly url: () => string;
}

/** Starts the application before the tests, on a database of its own, and ends it behind them. */
function startInHooks(name: string, args: readonly string[]): Started {
  let url = "";
  let end = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const stack = fileURLToPath(new URL(`../${name}`, import.meta.url));
    const folder = await mkdtemp(join(tmpdir(), "endsession-stack-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, args, {
      cwd: stack,
      env: {
        ...process.env,
        HOST: "127.0.0.1",
        HOSTNAME: "127.0.0.1",
        PORT: String(port),
        ORIGIN: url,
        DATABASE: `file:${join(folder, "sessions.db")}`,
        ENDSESSION_SECRET: "a secret for the tests of the stacks",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => void (output += chunk.toString()));
    }
    const closed = once(child, "close");
    end = async () => {
      child.kill("SIGKILL");
      await closed;
      await rm(folder, { recursive: true, force: true });
    };
    const answered = async (): Promise<void> => {
      const { status } = await fetch(`${url}/healthz`).catch(() => ({ status: 0 }));
      if (status !== 200) throw new Error(`${name} does not answer:\n${output}`);
    };
    await vi.waitFor(answered, { timeout: 60_000 });
  });
  afterAll(() => end());
  return { url: () => url };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A person with a browser without scripts. */
class Person {
  readonly #device: Device;

  constructor(url: () => string) {
    this.#device = new Device(url, { accept: "text/html", "sec-fetch-site": "same-origin" });
  }

  /** The Cookie header of the browser. */
  cookies(): string {
    return this.#device.cookieHeader() ?? "";
  }

  /** Opens a page. */
  see(path: string, cookie?: string): Promise<Answer> {
    return this.#device.get(path, cookie === undefined ? {} : { cookie });
  }

  /** Opens a page that leads elsewhere. */
  async leadsTo(path: string, cookie?: string): Promise<string> {
    return this.#location(await this.see(path, cookie));
  }

  /** Sends the form of a page, with its hidden fields; gives where that leads to. */
  async submit(path: string, form: number, fields: Record<string, string>): Promise<string> {
    const { text } = await this.see(path);
    const [, tag = "", inside = ""] =
      [...text.matchAll(/<form([^>]*)>(.*?)<\/form>/gsu)][form] ?? [];
    const attribute = (from: string, name: string): string =>
      new RegExp(`${name}="([^"]*)"`, "u").exec(from)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const hidden = [...inside.matchAll(/<input[^>]*type="hidden"[^>]*>/gu)].map(
      ([input]) => [attribute(input, "name"), attribute(input, "value")] as const,
    );
    const all = { ...Object.fromEntries(hidden), ...fields };
    const target = new URL(attribute(tag, "action") || path, `${this.#device.origin}${path}`);
    const data = new FormData();
    for (const [name, value] of Object.entries(all)) data.append(name, value);
    const isMultipart = attribute(tag, "encType") !== "" || attribute(tag, "enctype") !== "";
    const body = new Response(isMultipart ? data : new URLSearchParams(all));
    const answer = await this.#device.post(target.pathname + target.search, {
      headers: {
        origin: this.#device.origin,
        "content-type": body.headers.get("content-type") ?? "",
      },
      body: await body.text(),
    });
    return this.#location(answer);
  }

  #location({ status, headers }: Answer): string {
    const location = headers["location"];
    if (location === undefined) return `status ${status}`;
    const { pathname, search } = new URL(location, this.#device.origin);
    return pathname + search;
  }
}
