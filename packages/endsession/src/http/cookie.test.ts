import { describe, expect, it } from "vitest";
import {
  checkCookieOptions,
  type CookieOptions,
  defineCookie,
  deleteCookie,
  formerDefinitions,
  readCookie,
  readLoneCookie,
  setCookie,
} from "./cookie.ts";
import { Random } from "../test-support/simulation/random.ts";

const identity = (line: string): string[] =>
  line
    .split("; ")
    .filter((part) => !/^(?:Max-Age|Expires)=/.test(part))
    .map((part, index) => (index === 0 ? part.slice(0, part.indexOf("=")) : part));

const variants: readonly CookieOptions[] = [
  {},
  { sameSite: "Strict" },
  { sameSite: "None", partitioned: true },
  { domain: "example.com" },
];

describe("the Set-Cookie writer", () => {
  it.each(variants.flatMap((options) => [true, false].map((secure) => ({ options, secure }))))(
    "CK-01 CK-02 CK-03 CK-04 CK-06: deletes exactly what it sets: %j",
    ({ options, secure }) => {
      for (const kind of ["session", "remember_me"] as const) {
        const definition = defineCookie(kind, secure, options);
        const set = setCookie(definition, "value", { at: 2_000_000, now: 1_000_000 });
        const deletion = deleteCookie(definition);
        expect(identity(deletion)).toEqual(identity(set));
        expect(deletion).toContain("Path=/");
      }
    },
  );

  it("CK-09: is __Host-, Secure, HttpOnly and SameSite over https", () => {
    expect(setCookie(defineCookie("session", true, {}), "v", null)).toBe(
      "__Host-es_session=v; Path=/; Secure; HttpOnly; SameSite=Lax",
    );
    expect(setCookie(defineCookie("session", false, {}), "v", null)).toBe(
      "es_session=v; Path=/; HttpOnly; SameSite=Lax",
    );
    expect(setCookie(defineCookie("session", true, { domain: "example.com" }), "v", null)).toBe(
      "__Secure-es_session=v; Path=/; Domain=example.com; Secure; HttpOnly; SameSite=Lax",
    );
  });

  it("CK-05: from another site's API a deletion is SameSite=None and Secure, as a browser wants", () => {
    const line = deleteCookie(defineCookie("session", true, { sameSite: "None" }));
    expect(line).toMatch(/; Secure; HttpOnly; SameSite=None$/);
  });

  it("CK-07: a deletion has an empty value, Max-Age=0 and a past Expires", () => {
    expect(deleteCookie(defineCookie("session", true, {}))).toBe(
      "__Host-es_session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; " +
        "Secure; HttpOnly; SameSite=Lax",
    );
  });

  it("CK-08: repeats the deletion for every scope of earlier versions", () => {
    const previous = [{ path: "/app" }, { domain: "example.com" }, { name: "__Secure-sid" }];
    const lines = formerDefinitions(defineCookie("session", true, {}), previous).map(deleteCookie);
    expect(lines.map((line) => line.split("; Max-Age")[0])).toEqual([
      "__Secure-es_session=; Path=/app",
      "__Secure-es_session=; Path=/; Domain=example.com",
      "__Secure-sid=; Path=/",
    ]);
    expect(lines.every((line) => line.includes("; Secure;"))).toBe(true);
  });

  it.each([
    { domain: "a;b" },
    { previous: [{ path: "/a\r\nb" }] },
    { previous: [{ name: "a b" }] },
  ])("refuses what cannot stand in a cookie: %j", (options) => {
    expect(() => checkCookieOptions(options)).toThrow(/cannot stand in a cookie/);
  });
});

describe("the reader", () => {
  it("CK-08: keeps twins visible, in their order", () => {
    expect(readCookie("es_session=a; other=x; es_session=b", "es_session")).toEqual(["a", "b"]);
  });

  it("takes no longer where a header is full of blanks", () => {
    const header = `x${" ".repeat(8000)}y=1; es_session=a`;
    // Minutes, were the time the square of the length.
    for (let n = 0; n < 2000; n += 1) expect(readCookie(header, "es_session")).toEqual(["a"]);
  });

  it("takes names literally: no percent-decoding, no Unicode space, no other case", () => {
    const header = "%65s_session=a; \u2000es_session=b; ES_SESSION=c; es_session =d;\tes_session=e";
    expect(readCookie(header, "es_session")).toEqual(["d", "e"]);
    expect(readCookie(null, "es_session")).toEqual([]);
    expect(readCookie("=x; ;;es_session", "es_session")).toEqual([]);
  });
});

describe("the quick reader", () => {
  const lone = (header: string): string | undefined => readLoneCookie(header, "sid", "me", 5);

  it("reads a cookie that is there once, wherever it stands", () => {
    expect(lone("sid=a")).toBe("a");
    expect(lone("a=1; sid=b; me=c; xid=d")).toBe("b");
    expect(lone("a=1; b=2; c=3; d=4; sid=e")).toBe("e");
    expect(lone("sid=")).toBe("");
    expect(lone("sid=a;")).toBe("a");
  });

  it.each([
    "",
    "a=1",
    "sid",
    "SID=a",
    "sid=a; sid=b",
    " sid=a; sid=b",
    "sid =a; sid=b",
    "\tsid=a; sid=b",
    "sid=a;  sid=b",
    "sid=a;sid=b",
    "sid=a; me=1; me=2",
    "sid=a; sidx=b",
    "xsid=a; sid=b",
    "a=1;sid=b",
    "a=sid=b",
    "a=1; b=2; c=3; d=4; e=5; sid=f",
  ])("leaves %j to the careful one", (header) => {
    expect(lone(header)).toBeUndefined();
  });

  it("CK-08: never reads what the careful one reads otherwise", () => {
    const random = new Random(11);
    const pieces = ["sid", "me", "sidx", "x", "=", "=", "; ", "; ", "; ", ";", " ", "\t", "v", ""];
    let read = 0;
    for (let n = 0; n < 200_000; n += 1) {
      const length = Math.floor(random.between(1, 16));
      const header = Array.from({ length }, () => random.pick(pieces)).join("");
      const value = lone(header);
      if (value === undefined) continue;
      read += 1;
      expect(readCookie(header, "sid"), header).toEqual([value.replace(/^[ \t]+|[ \t]+$/g, "")]);
      expect(readCookie(header, "me").length, header).toBeLessThan(2);
      expect(header.split(";").length, header).toBeLessThan(6);
    }
    expect(read).toBeGreaterThan(1000);
  });
});
