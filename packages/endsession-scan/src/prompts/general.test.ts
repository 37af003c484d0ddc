import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { frameworks } from "../framework.ts";
import { generalPrompt, generalPromptIds, generalPrompts } from "./general.ts";
import { remedies } from "./remedies.ts";
import { subjects } from "./subjects.ts";

test("the five subjects of a logout are there, and two more", () => {
  expect(generalPromptIds).toEqual([
    "logout",
    "logout-everywhere",
    "client-clean-up",
    "jwt",
    "cookies",
    "check",
  ]);
});

test("names only audits that exist", () => {
  for (const id of subjects.flatMap(({ audits }) => audits)) {
    expect([...remedies.keys()]).toContain(id);
  }
});

test.each(frameworks)("complete for %s", (framework) => {
  for (const { text } of generalPrompts(framework)) {
    expect(text).not.toMatch(/undefined|NaN|\[object|TODO|\{\{|example\.com/u);
    expect(text).toContain("npx endsession-scan");
    for (const [, script = ""] of text.matchAll(/^```sh\n([\s\S]*?)\n```$/gmu)) {
      execFileSync("bash", ["-n"], { input: script });
    }
  }
});

test("one by name, or nothing", () => {
  expect(generalPrompt("jwt", "express")?.text).toMatch(/jwt\.verify/u);
  expect(generalPrompt("no-such-prompt")).toBeNull();
});
