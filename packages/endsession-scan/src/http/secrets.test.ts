import { expect, test } from "vitest";
import { Secrets } from "./secrets.ts";

test("a deleted cookie keeps its attributes readable", () => {
  const secrets = new Secrets();
  expect(secrets.cutHeader("set-cookie", "sid=; Max-Age=0; Path=/app")).toBe(
    "sid=; Max-Age=0; Path=/app",
  );
  expect(secrets.cutHeader("Set-Cookie", "sid=a=b; Path=/")).toMatch(
    /^sid=sha256:[\da-f]{8}; Path=\/$/u,
  );
});
