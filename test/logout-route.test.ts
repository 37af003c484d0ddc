/** How the logout route itself behaves, whatever is presented to it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Call, Device, json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { install, type Installation } from "./support/installation.ts";
import { foreignAddresses } from "./support/redirects.ts";
import { grant, newDevice, signIn } from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

describe("a logout is a change of state", () => {
  test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])(
    "LO-02: %s ends nothing at /logout and /logout/all",
    async (method) => {
      const device = await signIn(demo, accounts.guest);
      for (const path of ["/logout", "/logout/all"]) {
        const answer = await device.send(method, path);
        expect(answer.status).toBe(method === "OPTIONS" ? 204 : 405);
        expect(answer.headers["allow"]).toBe("POST");
        expect(answer.setCookies).toEqual([]);
      }
      expect((await device.get("/session")).status).toBe(200);
    },
  );

  test("LO-02: a browser that opens /logout gets a page with the button, and stays signed in", async () => {
    const device = await signIn(demo, accounts.guest);
    const answer = await device.get("/logout", { headers: { accept: "text/html" } });
    expect(answer.status).toBe(405);
    expect(answer.text).toMatch(/<form method="post" action="\/logout">\s*<button[^>]*>Log out</u);
    expect((await device.get("/session")).status).toBe(200);
  });

  test("LO-02: a method in a header or a field is not believed", async () => {
    const device = await signIn(demo, accounts.guest);
    const headers = { "x-http-method-override": "POST", "x-method-override": "POST" };
    expect((await device.get("/logout?_method=POST", { headers })).status).toBe(405);
    expect((await device.get("/session")).status).toBe(200);
  });
});

describe("a logout needs no live session", () => {
  const browser = { "sec-fetch-site": "same-origin" };

  /** The same request with everything that a cookie's state can be. */
  async function answersByState(call: Call): Promise<Map<string, Answer>> {
    const device = await signIn(demo, accounts.test);
    const cookie = device.cookieHeader() ?? "";
    const sent = { ...call, headers: { ...browser, ...call.headers } };
    const post = (header: string | null): Promise<Answer> =>
      newDevice(demo).post("/logout", { ...sent, cookie: header });
    const unknown = cookie.replace(/=.*/u, `=es_s_${"a".repeat(49)}`);
    return new Map([
      ["live", await post(cookie)],
      ["dead", await post(cookie)],
      ["unknown", await post(unknown)],
      ["garbage", await post("es_session=%00garbage")],
      ["empty", await post("es_session=")],
      ["another site's cookie", await post("other=1")],
      ["missing", await post(null)],
    ]);
  }

  /** What an answer looks like from outside, without what differs from call to call. */
  function shapeOf({ status, headers, setCookies, text }: Answer): object {
    const visible = Object.entries(headers).filter(
      ([name]) => !["date", "ratelimit", "content-length"].includes(name),
    );
    const body: unknown = text === "" ? null : JSON.parse(text, blank);
    return { status, headers: Object.fromEntries(visible), setCookies, body };
  }

  function blank(key: string, value: unknown): unknown {
    if (key === "timestamp") return "";
    // Whether there was something to end is for the holder of the credential to know.
    return key === "receipt" ? Object.keys(value as object) : value;
  }

  test.each<[string, Call]>([
    ["a program's request", {}],
    ["a browser's form", { form: {}, headers: { accept: "text/html" } }],
  ])("LO-03 LO-04: every state of the cookie gets the same answer to %s", async (_, call) => {
    const answers = await answersByState(call);
    const live = answers.get("live");
    expect(live?.status).toBe("form" in call ? 303 : 200);
    for (const [state, answer] of answers) {
      expect({ state, ...shapeOf(answer) }).toEqual({ state, ...(live && shapeOf(live)) });
    }
  });

  test("LO-03: an access token logs out twice with the same answer", async () => {
    const { access_token: bearer } = await grant(demo, accounts.owner);
    const device = newDevice(demo);
    const [first, second] = [
      await device.post("/logout", { bearer }),
      await device.post("/logout", { bearer }),
    ];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(json(second)["message"]).toBe(json(first)["message"]);
    expect(second.headers["set-cookie"]).toBeUndefined();
  });
});

describe("what an answer carries", () => {
  test("LO-09: a form gets a 303 to the confirmation, a program gets JSON", async () => {
    const [browser, program] = [
      await signIn(demo, accounts.guest),
      await signIn(demo, accounts.guest),
    ];
    const answer = await browser.submit("/logout");
    expect([answer.status, answer.headers["location"]]).toEqual([303, "/logged-out"]);
    expect((await browser.get("/logged-out")).text).toContain("<h1>Logged out</h1>");
    const told = await program.post("/logout", { json: {} });
    expect([told.status, told.headers["content-type"]]).toEqual([200, "application/json"]);
  });

  test("LO-10 CA-01 CA-06: nothing that is private, or sets a cookie, may be stored", async () => {
    const device = newDevice(demo);
    const html = { headers: { accept: "text/html" } };
    const answers = [
      await device.get("/account", html),
      await device.get("/me"),
      await device.submit("/login", { ...accounts.guest, remember_me: "true" }),
      await device.get("/account", html),
      await device.get("/me"),
      await device.get("/session"),
      await device.get("/sessions"),
      await device.get("/verify"),
      await device.post("/token", { json: { grant_type: "password", ...accounts.guest } }),
      await device.post("/logout", { json: { scope: "others" } }),
      await device.submit("/logout"),
      await device.get("/session"),
      await device.submit("/logout"),
    ];
    expect(answers.map(({ headers }) => headers["cache-control"])).toEqual(
      answers.map(() => "no-store"),
    );
  });
});

describe("where a logout and a sign-in lead", () => {
  let site: Installation;
  beforeAll(async () => {
    site = await install({
      pages: {
        loggedOut: "/bye",
        signedIn: "/home",
        allowed: ["/goodbye", "https://www.example/"],
      },
      rateLimit: { limit: 100_000 },
    });
  });
  afterAll(() => site.endsession.close());

  const asPage = { accept: "text/html" };

  test("LO-08 T13: a logout leads to its page, whatever address `next` names", async () => {
    for (const next of foreignAddresses) {
      const answer = await site.ask("POST", "/logout", { form: { next }, headers: asPage });
      // Control characters make bad input of it: that leads nowhere at all.
      const expected = /\p{Cc}/u.test(next) ? [400, null] : [303, "/bye"];
      const seen = [answer.status, answer.headers.get("location")];
      expect([next, ...seen]).toEqual([next, ...expected]);
    }
  });

  test.each(["/goodbye", "https://www.example/"])(
    "LO-08: a logout leads to the allowed address %s and to nothing like it",
    async (next) => {
      const to = async (address: string): Promise<string | null> => {
        const form = { next: address };
        const answer = await site.ask("POST", "/logout", { form, headers: asPage });
        return answer.headers.get("location");
      };
      expect(await to(next)).toBe(next);
      for (const like of [`${next}x`, `${next}?a`, `${next}#a`, ` ${next}`, next.toUpperCase()]) {
        expect([like, await to(like)]).toEqual([like, "/bye"]);
      }
    },
  );

  test("LO-08 T13: a sign-in leads to no other site, whatever address `next` names", async () => {
    for (const next of foreignAddresses) {
      const form = { email: "u@example.com", password: "password123", next };
      const answer = await site.ask("POST", "/login", { form, headers: asPage });
      const location = answer.headers.get("location") ?? "";
      const landed = new URL(location, "https://app.example/login");
      const expected = /\p{Cc}/u.test(next) ? 400 : 303;
      expect([next, answer.status, landed.origin]).toEqual([next, expected, "https://app.example"]);
    }
  });

  test("LO-08 T13: the demo's own pages take over no foreign address either", async () => {
    const visitor = new Device(() => demo.url);
    for (const next of foreignAddresses) {
      const page = await visitor.get(`/login?next=${encodeURIComponent(next)}`);
      const [, hidden] = /name="next" value="([^"]*)"/u.exec(page.text) ?? [];
      if (hidden === undefined) continue;
      const landed = new URL(hidden.replaceAll("&amp;", "&"), `${demo.url}/login`);
      expect([next, landed.origin]).toEqual([next, demo.url]);
    }
  });
});
