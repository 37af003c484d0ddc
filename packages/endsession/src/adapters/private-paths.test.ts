/** What a check by path must not be got past with. */
import { describe, expect, it } from "vitest";
import { isPrivatePath } from "./private-paths.ts";

describe("a private path", () => {
  const isPrivate = (path: string): boolean => path.startsWith("/account");

  it.each([
    "/account",
    "/account/",
    "/account/orders/7",
    "/%61ccount",
    "/%61%63%63%6f%75%6e%74",
    "/ACCOUNT",
    "/%41ccount",
    "//account",
    "///account//x",
    "/x/../account",
    "/./account",
    "/x/%2e%2e/account",
    "/x/%2E./account",
    "\\account",
    "/\\account",
    "/account/../public",
    "/%61ccount/%zz",
    "/account%2f..",
    "http://evil.example/../account",
  ])("is %s", (path) => {
    expect(isPrivatePath(isPrivate, path)).toBe(true);
  });

  const exactly = (form: string): boolean => form === "/account";

  it.each(["/", "", "/public", "/x/account", "/acc%6funts-of-others"])("is not %s", (path) => {
    expect(isPrivatePath(exactly, path)).toBe(false);
  });

  it.each(["/account/", "/account//", "/ACCOUNT/", "/account%3Fx", "/account%23x/", "account"])(
    "is %s, for a check of one path alone",
    (path) => {
      expect(isPrivatePath(exactly, path)).toBe(true);
    },
  );

  it("is everything but what is public in every form", () => {
    const notPublic = (path: string): boolean => !path.startsWith("/public");
    expect(isPrivatePath(notPublic, "/public/a.css")).toBe(false);
    expect(isPrivatePath(notPublic, "/public/a%20b.css")).toBe(false);
    expect(isPrivatePath(notPublic, "/public/../account")).toBe(true);
    expect(isPrivatePath(notPublic, "/account/../public")).toBe(true);
    expect(isPrivatePath(notPublic, "/public/%2e%2e/account")).toBe(true);
    expect(isPrivatePath(notPublic, "/PUBLIC")).toBe(true);
  });
});
