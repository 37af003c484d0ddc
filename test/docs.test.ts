/**
 * What the documentation shows works: every example is compiled and run, every curl command is
 * sent to the demo, and every route, field and problem that exists is described.
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accounts, type Demo, startDemo, temporaryFolder } from "./support/demo.ts";
import { browserModules, browserNames, exercises, prelude, preludeNames } from "./support/docs.ts";
import { install } from "./support/installation.ts";
import { departures, operationsOf } from "./support/openapi.ts";
import { cookieNames, startWhole, userIdOf } from "./support/sessions.ts";
import { findTool } from "./support/tool.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const migrationPages = readdirSync(join(root, "docs/migration")).map(
  (name) => `docs/migration/${name}`,
);

interface Block {
  /** The file, the heading, and the number below it, such as `docs/guide.md: 4. Protect (1)`. */
  readonly name: string;
  readonly heading: string;
  readonly language: string;
  readonly code: string;
}

/** The fenced blocks of a document in some languages. */
function blocksOf(file: string, languages: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  for (const part of read(file).matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gmu)) {
    const [, title, language = "", code = ""] = part;
    if (title !== undefined) heading = title;
    else if (languages.includes(language)) {
      const before = blocks.filter((one) => one.heading === heading).length;
      blocks.push({ name: `${file}: ${heading} (${before + 1})`, heading, language, code });
    }
  }
  return blocks;
}

describe("the examples in TypeScript", () => {
  const blocks = [
    ...[
      "README.md",
      "docs/guide.md",
      "docs/forward-auth.md",
      "docs/stacks/hono.md",
      ...migrationPages,
    ].flatMap((file) => blocksOf(file, ["ts", "js"])),
    ...blocksOf("docs/client.md", ["ts"]).filter(isForServer),
  ];
  const snippets = blocks.map((block, index) => ({ ...block, file: `example-${index + 1}` }));
  let folder: string;
  let compiled: Promise<string>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "prelude.ts"), prelude);
    for (const { file, name, code } of snippets) {
      writeFileSync(join(folder, `${file}.ts`), moduleOf(name, code));
    }
    const compilerOptions = {
      types: ["node"],
      outDir: "out",
      rootDir: ".",
      isolatedDeclarations: false,
      declaration: false,
    };
    const config = { extends: join(root, "tsconfig.base.json"), compilerOptions };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    compiled = run(process.execPath, [tsc, "-p", folder], { cwd: folder }).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("have the right types", async () => {
    expect(await compiled).toBe("");
  });

  test.each(snippets)("run: $name", async ({ file }) => {
    await compiled;
    const cwd = join(folder, file);
    mkdirSync(cwd);
    const secret = "a secret for the examples in the guide";
    const env = { ...process.env, ENDSESSION_SECRET: secret, SESSION_SECRET: secret };
    const entry = join(folder, "out", `${file}.js`);
    const { stdout } = await run(process.execPath, [entry], { cwd, env, timeout: 20_000 });
    expect(stdout).toContain("exercised to the end");
  });

  test("no exercise is left without its example", () => {
    const names = snippets.map(({ name }) => name);
    expect(Object.keys(exercises).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("the pages of docs/stacks", () => {
  const pages = ["nextjs", "nuxt", "react-router", "sveltekit"];
  const shown = pages.flatMap((page) =>
    [...read(`docs/stacks/${page}.md`).matchAll(/^```\w+ (stacks\/\S+)\n([\s\S]*?)^```$/gmu)].map(
      ([, file = "", code = ""]) => ({ page, file, code }),
    ),
  );

  test.each(shown)("$page shows $file as it is tested", ({ file, code }) => {
    expect(code).toBe(read(file));
  });

  test.each(pages)("%s shows no code that is not tested", (page) => {
    const all = read(`docs/stacks/${page}.md`).match(/^```\w+.*$/gmu);
    expect(all).toHaveLength(shown.filter((one) => one.page === page).length);
  });
});

/** Whether an example in docs/client.md is what a server does. */
function isForServer({ code }: Block): boolean {
  return code.includes('from "node:');
}

/** Whether it is what a service worker does: it has other globals than a page. */
function isForWorker({ code }: Block): boolean {
  return code.includes("ServiceWorkerGlobalScope");
}

describe("the examples for browsers", () => {
  const all = [
    ...blocksOf("docs/react.md", ["ts", "tsx"]),
    ...blocksOf("docs/client.md", ["ts"]).filter((block) => !isForServer(block)),
  ];
  const kinds = [
    { kind: "pages", lib: ["DOM", "DOM.Iterable"], blocks: all.filter((one) => !isForWorker(one)) },
    { kind: "service workers", lib: ["WebWorker"], blocks: all.filter(isForWorker) },
  ];
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(kinds)("of $kind have the right types", async ({ kind, lib, blocks }) => {
    expect(blocks).not.toEqual([]);
    const inside = join(folder, kind);
    mkdirSync(inside);
    const isWorker = kind === "service workers";
    if (!isWorker) {
      for (const [file, code] of Object.entries(browserModules)) {
        writeFileSync(join(inside, file), code);
      }
    }
    blocks.forEach(({ code, language }, index) => {
      const names = isWorker ? "" : browserNames;
      writeFileSync(join(inside, `example-${index + 1}.${language}`), `${names}\n${code}`);
    });
    const compilerOptions = {
      lib: ["ES2023", ...lib],
      types: isWorker ? [] : ["node"],
      jsx: "react-jsx",
      noEmit: true,
      isolatedDeclarations: false,
      declaration: false,
    };
    const config = { extends: join(root, "tsconfig.base.json"), compilerOptions };
    writeFileSync(join(inside, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const compiled = run(process.execPath, [tsc, "-p", inside], { cwd: inside });
    expect(await compiled.catch((error: { stdout: string }) => error)).toMatchObject({
      stdout: "",
    });
  });
});

/** An example as a module: what it leaves to the reader is imported, then it is put to use. */
function moduleOf(name: string, code: string): string {
  const example = code.replace(".listen(3000)", ".listen(0)").replace("port: 3000", "port: 0");
  const exercise = exercises[name] ?? "";
  const own = (word: string): boolean =>
    new RegExp(`^(?:import\\b[^"]*|(?:export )?(?:const|let|function) )\\b${word}\\b`, "mu").test(
      code,
    );
  const names = preludeNames.filter(
    (word) => new RegExp(`\\b${word}\\b`, "u").test(example + exercise) && !own(word),
  );
  const imports = `import { ${names.join(", ")} } from "./prelude.ts";\n`;
  const end = '\nprocess.stdout.write("exercised to the end", () => process.exit(0));\n';
  return (names.length === 0 ? "" : imports) + example + exercise + end;
}

describe("the curl commands", () => {
  let demo: Demo;
  let userId: string;
  beforeAll(async () => {
    const curl = { name: "curl", variable: "ENDSESSION_CURL", debianPackage: "curl" };
    await findTool({ ...curl, executables: ["curl"] });
    demo = await startDemo();
    userId = await userIdOf(demo, accounts.test);
  });
  afterAll(() => demo.stop());

  const expected = [
    ['"set_cookie":["es_session=es_s_', '"user_id":"user-42"', '{"ok":true}', "x-auth-user: "],
    ["Sessions have ended", '"scope":"others"', "Logout successful", "set-cookie: es_session=;"],
    ['"active":true', '"refresh_token":"es_r_', '"records":[{"id":'],
  ];
  const blocks = blocksOf("docs/guide.md", ["sh"]).map((block, index) => ({ ...block, index }));

  test("are all expected", () => {
    expect(blocks).toHaveLength(expected.length);
  });

  test.each(blocks)("work: $name", async ({ code, index }) => {
    const whole = await startWhole(demo, userId);
    const script = [
      "set -eu",
      'curl() { command curl --silent --show-error --fail "$@"; }',
      code.replaceAll("http://127.0.0.1:3000", demo.url),
    ].join("\n");
    const env = {
      ...process.env,
      SERVICE_TOKEN: demo.serviceToken,
      USER_ID: userId,
      SESSION_ID: whole.id,
      COOKIE: `${cookieNames.session}=${whole.cookie}`,
      ACCESS_TOKEN: whole.accessToken,
      REFRESH_TOKEN: whole.refreshToken,
    };
    const { stdout } = await run("sh", ["-c", script], { env });
    for (const text of expected[index] ?? []) expect(stdout).toContain(text);
  });
});

describe("docs/http.md", () => {
  const text = read("docs/http.md");
  const described = new Map(
    [...text.matchAll(/^### `([A-Z]+ \/.*)`\n([\s\S]*?)(?=^##|(?![\s\S]))/gmu)].map(
      ([, name = "", section = ""]) => [name, section] as const,
    ),
  );
  let document: { components: { schemas: { Problem: { properties: { title: Titles } } } } };
  let operations: ReturnType<typeof operationsOf>;
  beforeAll(async () => {
    const site = await install();
    document = (await (await site.ask("GET", "/openapi.json")).json()) as typeof document;
    operations = operationsOf(document);
    await site.endsession.close();
  });

  test("describes every route, and no other", () => {
    const names = operations.map(({ method, path }) => `${method} ${path}`);
    expect([...described.keys()].toSorted()).toEqual([...names, "GET /openapi.json"].toSorted());
  });

  test("names every field", () => {
    const missing = operations.flatMap(({ method, path, body, query }) => {
      const same = path.endsWith("/end") ? "DELETE /sessions/{id}" : `${method} ${path}`;
      return [...Object.keys(body?.properties ?? {}), ...query]
        .filter((field) => described.get(same)?.includes(`\`${field}\``) !== true)
        .map((field) => `${method} ${path}: ${field}`);
    });
    expect(missing).toEqual([]);
  });

  test("shows answers as they are", () => {
    let shown = 0;
    for (const { method, path, responses } of operations) {
      const section = described.get(`${method} ${path}`) ?? "";
      for (const [, example = ""] of section.matchAll(/^```json\n([\s\S]*?)^```$/gmu)) {
        const [schema] = responses.values();
        if (schema) expect(departures(JSON.parse(example), schema)).toEqual([]);
        shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(4);
  });

  test("lists every problem by its title", () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| (.+?) +\|/gmu)];
    const titles = new Set(rows.map(([, , , title]) => title));
    expect(titles).toEqual(new Set(document.components.schemas.Problem.properties.title.enum));
  });
});

interface Titles {
  readonly enum: readonly string[];
}

test.each([
  "README.md",
  ...[
    "guide",
    "http",
    "react",
    "client",
    "scan-testing",
    "service",
    "command-line",
    "forward-auth",
  ].map((name) => `docs/${name}.md`),
  ...["scanner", "scanner-audits", "scanner-field-notes"].map((name) => `docs/${name}.md`),
  ...readdirSync(join(root, "docs/stacks")).map((name) => `docs/stacks/${name}`),
  ...migrationPages,
])("the links of %s lead somewhere", (file) => {
  const broken = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/gu)].filter(
    ([, path = "", anchor]) => {
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    },
  );
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gmu)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
