import { describe, expect, test } from "vitest";
import { Secrets, digest } from "./secrets.ts";

const session = "s3ss10n-value-of-ada";

function knowing(...values: readonly string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

describe("Text", () => {
  test("a known value is cut wherever it stands, to the same eight digits", () => {
    expect(knowing(session).cut(`a=${session}&b=${session}.`)).toBe(
      `a=${digest(session)}&b=${digest(session)}.`,
    );
    expect(digest(session)).toMatch(/^sha256:[\da-f]{8}$/u);
  });

  test("a value that holds another is cut whole", () => {
    const cut = knowing("abcdefgh", "abcdefgh-and-more").cut("abcdefgh-and-more abcdefgh");
    expect(cut).toBe(`${digest("abcdefgh-and-more")} ${digest("abcdefgh")}`);
  });

  test("a value is known URL-encoded and URL-decoded, too", () => {
    const encoded = "s%3Aident1fier.sign%2Bature";
    const secrets = knowing(encoded);
    for (const text of [encoded, "s:ident1fier.sign+ature", "ident1fier"])
      expect(secrets.cut(`<${text}>`)).toMatch(/^<sha256:[\da-f]{8}>$/u);
    expect(knowing("a/b+c=d&e").cut("?t=a%2Fb%2Bc%3Dd%26e")).not.toContain("a%2Fb");
  });

  test("a value that cannot be decoded is known as it is", () => {
    expect(knowing("100%-secret-value").cut("x 100%-secret-value")).toMatch(/^x sha256:/u);
  });

  test("short values stay: they are ordinary words", () => {
    expect(knowing("en-US", "dark").cut("en-US, dark")).toBe("en-US, dark");
  });

  test("a password is cut however short it is", () => {
    const secrets = new Secrets();
    secrets.addPassword("p w");
    expect(secrets.cut("p w, p%20w")).not.toMatch(/p w|p%20w/u);
    secrets.addPassword("");
    expect(secrets.cut("text")).toBe("text");
  });

  test("what looks like a JWT is cut unseen", () => {
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
    expect(new Secrets().cut(`{"token":"${token}"}`)).toBe(`{"token":"${digest(token)}"}`);
  });

  test("signs that mean something in a pattern or in a replacement are letters here", () => {
    expect(knowing("$&.*+?^${}()|[]").cut("[$&.*+?^${}()|[]]")).toMatch(/^\[sha256:[\da-f]{8}\]$/u);
  });
});

describe("Headers", () => {
  const secrets = new Secrets();

  test("of a Cookie header the names are left", () => {
    expect(secrets.cutHeader("Cookie", "sid=abc; theme=dark")).toBe(
      `sid=${digest("abc")}; theme=${digest("dark")}`,
    );
  });

  test("of a Set-Cookie header the name and the attributes are left", () => {
    expect(secrets.cutHeader("Set-Cookie", "sid=a=b; Path=/")).toMatch(
      /^sid=sha256:[\da-f]{8}; Path=\/$/u,
    );
  });

  test("a deleted cookie keeps its attributes readable", () => {
    expect(secrets.cutHeader("set-cookie", "sid=; Max-Age=0; Path=/app")).toBe(
      "sid=; Max-Age=0; Path=/app",
    );
  });

  test("of an Authorization header the scheme is left", () => {
    expect(secrets.cutHeader("authorization", "Bearer abc")).toBe(`Bearer ${digest("abc")}`);
    expect(secrets.cutHeader("Proxy-Authorization", "abc")).toBe(digest("abc"));
  });

  test("any other header is cut as text is", () => {
    expect(knowing(session).cutHeader("location", `/?sid=${session}`)).toBe(
      `/?sid=${digest(session)}`,
    );
  });
});
