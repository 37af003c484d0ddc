import { expect, test } from "vitest";
import { Paths } from "./paths.ts";

const paths = new Paths<string>();
for (const path of ["/a/sessions", "/a/sessions/:id", "/a/sessions/:id/end", "/a/x.json"]) {
  paths.add(path, path);
}

test.each<[path: string, value: string | undefined, params?: Record<string, string>]>([
  ["/a/sessions", "/a/sessions"],
  ["/a/sessions/7", "/a/sessions/:id", { id: "7" }],
  ["/a/sessions/7/end", "/a/sessions/:id/end", { id: "7" }],
  ["/a/sessions/%2F%20", "/a/sessions/:id", { id: "%2F%20" }],
  ["/a/sessions/__proto__", "/a/sessions/:id", { id: "__proto__" }],
  ["/a/sessions/:id", "/a/sessions/:id", { id: ":id" }],
  ["/a/sessions/", undefined],
  ["/a/sessions//end", undefined],
  ["/a/sessions/7/", undefined],
  ["/a/sessions/7/end/", undefined],
  ["/A/sessions", undefined],
  ["/sessions", undefined],
  ["/a/xxjson", undefined],
  ["", undefined],
])("%s leads to %s", (path, value, params = {}) => {
  expect(paths.find(path)).toEqual(value === undefined ? undefined : [value, params]);
});
