import { describe, expect, test } from "vitest";
import type { Header } from "../artifacts.ts";
import type { Answer } from "../http/answer.ts";
import { compare, leadsToSignIn } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";

function answer(status: number, body = "", headers: readonly Header[] = []): Answer {
  const ask = { method: "GET", url: "http://localhost/account", headers: [] };
  return { id: "x1", ask, by: "replay", at: 0, status, headers, body, took: 1 };
}
const html = (body: string, status = 200): Answer =>
  answer(status, `<!doctype html><html><body>${body}</body></html>`, [
    ["content-type", "text/html"],
  ]);
const json = (value: unknown, status = 200): Answer =>
  answer(status, JSON.stringify(value), [["content-type", "application/json"]]);
const redirect = (location: string): Answer => answer(302, "", [["location", location]]);

const frame = "<nav><a href='/'>Home</a></nav>";
const account = html(
  `${frame}<h1>Hello Ada Lovelace</h1><p>Your notes</p><a href="/logout">Log out</a>`,
);
const form = (name = ""): string =>
  `<h1>Please sign in</h1><form action="/login"><input name="user" value="${name}"><input type="password"></form>`;

/** The baseline of a pair that can be told apart. */
function told(
  signedIn: Answer | readonly Answer[],
  anonymous: Answer | readonly Answer[],
): Baseline {
  const baseline = compare([signedIn].flat(), [anonymous].flat());
  if (baseline === null) throw new Error("The two cannot be told apart.");
  return baseline;
}

describe("A page for which strangers are sent to the sign-in", () => {
  const baseline = told(
    [account, account],
    [redirect("/login?next=/account"), redirect("/login?next=/account")],
  );

  test.each([
    ["the page itself", account, "accepted"],
    ["the redirect", redirect("/login"), "refused"],
    [
      "the redirect, to another place with a session in its path",
      redirect("/login;jsessionid=ABC123"),
      "refused",
    ],
    ["a redirect to another sign-in", redirect("/session/expired"), "refused"],
    ["a redirect elsewhere", redirect("/maintenance"), "unclear"],
    ["401", answer(401), "refused"],
    ["403", html("<h1>Forbidden</h1>", 403), "refused"],
    ["a form in its place", html(form()), "refused"],
    ["a form in its place, with the name filled in", html(form("Hello Ada Lovelace")), "refused"],
    ["404", html("<h1>Not found</h1>", 404), "unclear"],
    ["429", html("<h1>Too many requests</h1>", 429), "unclear"],
    ["500", html("<h1>Oops</h1>", 500), "unclear"],
    ["502", html("<h1>Bad gateway</h1>", 502), "unclear"],
    ["503 with the private page", html(`${account.body}`, 503), "unclear"],
    ["no answer", answer(0), "unclear"],
    ["an empty page", html(""), "unclear"],
    ["a page about maintenance", html("<h1>Back soon</h1>"), "unclear"],
  ] as const)("%s: %s", (_, received, reception) => {
    expect(baseline.receive(received)).toBe(reception);
  });

  test("says how the two differ", () => {
    expect(baseline.difference).toBe("signed in 200, anonymous 302 to /login");
  });
});

describe("An address that answers strangers with the form, and 200", () => {
  const baseline = told([account, account], [html(frame + form()), html(frame + form())]);

  test("form and page are told apart", () => {
    expect(baseline.receive(account)).toBe("accepted");
    expect(baseline.receive(html(frame + form()))).toBe("refused");
    expect(baseline.receive(html(`${frame}<p>Something else altogether</p>`))).toBe("unclear");
  });

  test("the form is no private page where it greets by name", () => {
    expect(
      baseline.receive(html(`${frame}<p>Hello Ada Lovelace</p>${form("ada@example.test")}`)),
    ).toBe("refused");
  });
});

describe("An API", () => {
  const me = json({ id: 7, name: "Ada Lovelace", mail: "ada@example.test" });

  test("401 for strangers", () => {
    const baseline = told([me, me], [json({ error: "unauthorized" }, 401)]);
    expect(baseline.receive(me)).toBe("accepted");
    expect(baseline.receive(json({ error: "unauthorized" }, 401))).toBe("refused");
    expect(baseline.receive(json({ error: "session expired" }, 403))).toBe("refused");
    expect(baseline.receive(json({ error: "slow down" }, 429))).toBe("unclear");
  });

  test("200 with nobody in it for strangers", () => {
    const baseline = told([me, me], [json({ user: null }), json({ user: null })]);
    expect(baseline.receive(me)).toBe("accepted");
    expect(baseline.receive(json({ user: null }))).toBe("refused");
    expect(baseline.receive(json({ status: "starting" }))).toBe("unclear");
  });

  test("a body that is no JSON after all", () => {
    const baseline = told([me, me], [json({ user: null })]);
    expect(
      baseline.receive(answer(200, "<h1>Proxy</h1>", [["content-type", "application/json"]])),
    ).toBe("unclear");
  });
});

describe("What changes with each answer is no difference", () => {
  const clock = (second: number): Answer =>
    html(
      `<h1>Welcome</h1><p>It is 12:34:${second}</p><p>${second * 7919} visitors</p><input value="${"x".repeat(24)}${second}">`,
    );

  test("clocks, counters and tokens", () => {
    expect(compare([clock(1), clock(2)], [clock(3), clock(4)])).toBeNull();
    // Both of a kind within one second, as they usually are.
    expect(compare([clock(1), clock(1)], [clock(2), clock(2)])).toBeNull();
    const baseline = told(
      [clock(1), clock(2)].map((it) => html(`${it.body}<p>Hello Ada Lovelace</p>`)),
      [clock(3), clock(4)],
    );
    expect(baseline.receive(html(`${clock(59).body}<p>Hello Ada Lovelace</p>`))).toBe("accepted");
    expect(baseline.receive(clock(58))).toBe("refused");
  });

  test("random words, another each time", () => {
    const words = ["apple", "beech", "cedar", "doum", "elm", "fir"].map((it) =>
      html(`<h1>Welcome</h1><p>Tree of the day: ${it}</p>`),
    );
    expect(compare(words.slice(0, 3), words.slice(3))).toBeNull();
  });
});

describe("No baseline is made of", () => {
  test.each([
    ["the same page for all", [account, account], [account, account]],
    ["a refusal when signed in", [answer(403), answer(403)], [redirect("/login")]],
    ["an error when signed in", [answer(500)], [redirect("/login")]],
    ["no answer when signed in", [answer(0)], [redirect("/login")]],
    ["an error for strangers", [account], [answer(500)]],
    ["a limit for strangers", [account], [answer(429)]],
    ["no answer for strangers", [account], [answer(0)]],
    ["redirects for both", [redirect("/home")], [redirect("/login")]],
    ["signed-in answers that differ", [account, redirect("/login")], [redirect("/login")]],
    ["strangers' answers that differ", [account], [redirect("/login"), answer(429)]],
    ["a difference of three signs", [html("<p>Hi</p><b>ok!</b>")], [html("<p>Hi</p>")]],
    ["nothing", [], [account]],
  ] as const)("%s", (_, signedIn, anonymous) => {
    expect(compare(signedIn, anonymous)).toBeNull();
  });
});

test("addresses that lead to a sign-in", () => {
  for (const path of [
    "/login",
    "/users/sign_in",
    "/auth",
    "/sso/start",
    "/connexion",
    "/session/new",
  ])
    expect(leadsToSignIn(`http://localhost${path}`)).toBe(true);
  for (const path of ["/", "/home", "/maintenance?from=/login"])
    expect(leadsToSignIn(`http://localhost${path}`)).toBe(false);
});
