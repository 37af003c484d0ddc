/** What the documentation of the scanner says of its configuration and commands is so. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { addCompare } from "../commands/compare.ts";
import { addDoctor } from "../commands/doctor.ts";
import { addInit } from "../commands/init.ts";
import { addMcp } from "../commands/mcp.ts";
import { addPrompts } from "../commands/prompts.ts";
import { addScan } from "../commands/scan.ts";
import { addWatch } from "../commands/watch.ts";
import { checkConfig } from "./read.ts";
import { configSchema } from "./schema.ts";

const files = ["docs/scanner.md", "packages/endsession-scan/README.md", "README.md"];
const documents = files.map((file) => ({
  file,
  text: readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8"),
}));
const manual = documents[0]?.text ?? "";

const configurations = documents.flatMap(({ file, text }) =>
  [...text.matchAll(/^```json\n([\s\S]*?)^```$/gmu)]
    .map(([, code = ""]) => JSON.parse(code) as Record<string, unknown>)
    .filter((value) => !("mcpServers" in value))
    .map((value, index) => ({ name: `${file}, configuration ${index + 1}`, file, value })),
);

describe("configurations in the documentation", () => {
  test.each(configurations)("$name is valid", ({ file, value }) => {
    expect(checkConfig(value, file).baseUrl).toBe(value["baseUrl"]);
  });

  test("show every key that there is", () => {
    const shown = new Set(configurations.flatMap(({ value }) => keysOf(value)));
    const schema = z.toJSONSchema(configSchema, { io: "input" });
    const missing = [...keysIn(schema)].filter((key) => !shown.has(key));
    expect(missing).toEqual([]);
  });

  test("explain every key of the file", () => {
    const missing = Object.keys(configSchema.shape).filter((key) => !manual.includes(`\`${key}\``));
    expect(missing).toEqual([]);
  });
});

const commands = documents.flatMap(({ file, text }) =>
  [
    ...text.matchAll(
      /\b(?:npx )?endsession-scan ((?:[a-z]+ )?(?:http|--|[a-z]+\.json|[a-z-]+)[^\n`]*)$/gmu,
    ),
  ]
    .map(([, line = ""]) => line.trim().split(/\s+/u))
    .filter((words) => words.some((word) => /^--|^http/u.test(word)))
    .map((words) => ({ name: `${file}: endsession-scan ${words.join(" ")}`, words })),
);

describe("commands in the documentation", () => {
  test.each(commands)("$name is understood", async ({ words }) => {
    const { program, called } = tried();
    await program.parseAsync(words, { from: "user" });
    expect(called).toHaveLength(1);
  });

  test("are more than a few", () => {
    expect(commands.length).toBeGreaterThan(10);
  });

  test("what is not understood is found", async () => {
    await expect(tried().program.parseAsync(["--nonsense"], { from: "user" })).rejects.toThrow(
      CommanderError,
    );
  });
});

test("every option is in the manual", () => {
  const options = tried().program.commands.flatMap((command) => command.options);
  const missing = options.map(({ long }) => long ?? "").filter((long) => !manual.includes(long));
  expect([...new Set(missing)]).toEqual([]);
});

/** The program with its own options, which notes what would have been done. */
function tried(): { program: Command; called: string[] } {
  const called: string[] = [];
  const program = new Command("endsession-scan");
  for (const add of [addScan, addInit, addDoctor, addCompare, addWatch, addPrompts, addMcp])
    add(program);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    if (command !== program) command.action(() => void called.push(command.name()));
  }
  return { program, called };
}

/** Names of all keys, those of dictionaries and bodies too. */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

/** Names of all properties that a JSON Schema knows, whatever is nested in what. */
function keysIn(schema: unknown): Set<string> {
  if (Array.isArray(schema)) return new Set(schema.flatMap((one) => [...keysIn(one)]));
  if (typeof schema !== "object" || schema === null) return new Set();
  return new Set(
    Object.entries(schema).flatMap(([key, inner]) =>
      key === "properties"
        ? [...Object.keys(inner as object), ...valuesIn(inner)]
        : [...keysIn(inner)],
    ),
  );
}

function valuesIn(properties: unknown): string[] {
  return Object.values(properties as object).flatMap((one) => [...keysIn(one)]);
}
