/** What the tests of the whole framework, in stacks/, cannot vary: how h3 names a path. */
import { createServer } from "node:http";
import { expect, it } from "vitest";
import { openInstallation } from "../test-support/rig.ts";
import { listen, rawStatus } from "../test-support/wire.ts";
import { protect } from "./nuxt.ts";

it.each([
  // An encoded base URL: h3 has taken it from the raw path by the length of the decoded one.
  ["/account", "/pp/account"],
  ["/account", "0/account"],
  ["/pp/account", "/account"],
  ["/account?a=b", "/%61ccount?a=b"],
  // The data of a page that is cached by a route rule.
  ["/account/_payload.json", "/account/_payload.json"],
])("a page is private by the path of h3 as by that of Node: %s, %s", async (path, url) => {
  const of = await openInstallation();
  const guard = protect(() => Promise.resolve(of), { isPrivate: (page) => page === "/account" });
  const server = createServer((req, res) => {
    req.url = url;
    void guard({ path, node: { req, res } }).then(() => res.end());
  });
  expect(await rawStatus(await listen(server), "GET / HTTP/1.1\r\nHost: a")).toBe(401);
});
