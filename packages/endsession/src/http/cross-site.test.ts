import { describe, expect, it } from "vitest";
import { crossSiteRefusal } from "./cross-site.ts";

const origin = "https://app.example";
const check = (headers: Record<string, string>, hasCookie = true): boolean =>
  crossSiteRefusal({
    headers: new Headers(headers),
    origin,
    trusted: ["https://admin.example"],
    hasCookie,
  }) === null;
const browser = { "user-agent": "Mozilla/5.0" };

describe("CS-01 CS-02: a request that changes something", () => {
  it.each([
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "none" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "cross-site", origin }, false],
    [{ "sec-fetch-site": "nonsense" }, false],
    [{ "sec-fetch-site": "cross-site", origin: "https://admin.example" }, true],
    [{ origin }, true],
    [{ origin: "null" }, false],
    [{ origin: "https://app.example.evil.example" }, false],
    [{ origin: "https://evilapp.example" }, false],
    [{ origin: "http://app.example" }, false],
    [{ origin: "https://app.example:8443" }, false],
    [{ origin: "https://admin.example/" }, false],
    [{ ...browser, referer: `${origin}/account` }, false],
    [browser, false],
    [{ "user-agent": "curl/8" }, true],
    [{}, true],
  ])("with %j passes: %s", (headers, passes) => {
    expect(check(headers)).toBe(passes);
  });

  it("needs no header where there is no cookie to abuse", () => {
    expect(check(browser, false)).toBe(true);
    expect(check({ "sec-fetch-site": "cross-site" }, false)).toBe(false);
  });
});
