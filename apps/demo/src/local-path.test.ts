import { expect, test } from "vitest";
import { localPath } from "./local-path.ts";

test.each(["/", "/account", "/account?done=device_ended", "/a/b#c", "/%2F%2Fevil.example"])(
  "takes the local path %s",
  (path) => {
    expect(localPath(path)).toBe(path);
  },
);

test.each([
  null,
  undefined,
  7,
  "",
  "account",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  " /account",
  "https://evil.example/",
  "javascript:alert(1)",
  `/${"a".repeat(2000)}`,
])("refuses %j", (value) => {
  expect(localPath(value)).toBeNull();
});
