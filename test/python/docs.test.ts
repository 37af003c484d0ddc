/** The pages for Python say what is so: their code is the examples', and their commands work. */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../services/temporary-folder.ts";
import { findTool } from "../support/tool.ts";
import { examples, recipes, startApplication } from "./applications.ts";

const docs = fileURLToPath(new URL("../../docs/stacks/", import.meta.url));
const files = {
  Django: ["django_project/settings.py", "django_project/urls.py"],
  Flask: ["flask_app.py"],
  FastAPI: ["fastapi_app.py"],
};

function blocksOf(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gmu");
  return [...page.matchAll(fence)].map(([, code = ""]) => code);
}

describe.each(recipes)("docs/stacks: $name", (recipe) => {
  const { name } = recipe;
  const page = (): Promise<string> => readFile(`${docs}${name.toLowerCase()}.md`, "utf8");

  test("shows passages of the files that are tested", async () => {
    const blocks = blocksOf(await page(), "python");
    expect(blocks).toHaveLength(files[name].length);
    for (const [at, file] of files[name].entries()) {
      expect(await readFile(examples + file, "utf8")).toContain(blocks[at]);
    }
  });

  test("LO-01: shows commands that answer what they are said to", async () => {
    const [commands = "", ...more] = blocksOf(await page(), "sh");
    expect(more).toEqual([]);
    const curl = { name: "curl", variable: "ENDSESSION_CURL", debianPackage: "curl" };
    await findTool({ ...curl, executables: ["curl"] });
    const application = await startApplication(recipe, "the client");
    onTestFinished(() => application.stop());
    const folder = await temporaryFolder({});
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const script = `set -eu\n${commands.replaceAll("http://127.0.0.1:8000", application.url)}`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script], { cwd: folder });
    const promised = [...commands.matchAll(/'\s+# (.*)$/gmu)].map(([, what = ""]) => what);
    expect(promised).toHaveLength(3);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(promised.length);
    for (const [at, what] of promised.entries()) {
      for (const part of what.split(" … ")) expect(lines[at]).toContain(part);
    }
  });
});
