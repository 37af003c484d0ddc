import { expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import { cookieDomain } from "./checks/cookie-domain.ts";
import { cookieFlags } from "./checks/cookie-flags.ts";
import { hsts } from "./checks/hsts.ts";
import { scheme } from "./checks/scheme.ts";
import type { Visit } from "./visit.ts";

/** What a visit over https would have seen. */
function visited(
  headers: readonly (readonly [string, string])[],
  more: Partial<Answer> = {},
): Visit {
  const home: Answer = {
    id: "x1",
    ask: { method: "GET", url: "https://shop.example/", headers: [] },
    by: "anonymous",
    at: 0,
    status: 200,
    headers,
    body: "",
    took: 1,
    ...more,
  };
  return {
    target: new URL("https://shop.example/"),
    home,
    signIn: null,
    answers: [home],
    missing: home,
    logoutLinks: [],
    ask: () => Promise.reject(new Error("nothing is asked")),
  };
}

test("Strict-Transport-Security", async () => {
  const header = "strict-transport-security";
  expect((await hsts.look(visited([]))).state).toBe("warn");
  expect((await hsts.look(visited([[header, "max-age=0"]]))).state).toBe("bad");
  expect((await hsts.look(visited([[header, "max-age=300"]]))).state).toBe("warn");
  expect((await hsts.look(visited([[header, "max-age=31536000; preload"]]))).state).toBe("ok");
});

test("a way back to http", async () => {
  const redirect = visited([["location", "http://shop.example/login"]], { status: 302 });
  expect(await scheme.look(redirect)).toMatchObject({
    state: "bad",
    seen: "GET / redirects from https to http.",
  });
  const form = visited([], {
    body: '<form method="post" action="http://shop.example/login"></form>',
  });
  expect((await scheme.look(form)).seen).toBe("GET / has a form to http: /login.");
  const inner = visited([["location", "https://10.0.0.7:8080/"]], { status: 302 });
  expect((await scheme.look(inner)).state).toBe("warn");
});

test("cookies over https", async () => {
  const cookie = (text: string) => visited([["set-cookie", text]]);
  const session = "sid=abc; Path=/; HttpOnly; SameSite=Lax";
  expect((await cookieFlags.look(cookie(session))).seen).toBe("sid is not Secure on https.");
  expect((await cookieFlags.look(cookie(`${session}; Secure`))).state).toBe("ok");
  expect((await cookieDomain.look(cookie(`${session}; Domain=example`))).state).toBe("bad");
  expect((await cookieDomain.look(cookie(`${session}; Domain=shop.example`))).state).toBe("warn");
  expect((await cookieDomain.look(cookie(`${session}; Domain=op.example`))).state).toBe("bad");
});

test("a suffix that is shared by strangers", async () => {
  const seen = visited([["set-cookie", "sid=abc; Domain=co.uk"]], {
    ask: { method: "GET", url: "https://shop.co.uk/", headers: [] },
  });
  expect((await cookieDomain.look(seen)).seen).toMatch(/for everyone under a shared suffix/u);
});
