import { expect, test } from "vitest";
import { guessFramework } from "./framework.ts";
import type { Framework, TellingAnswer } from "./framework.ts";

function answer(headers: Record<string, string>, body = ""): TellingAnswer {
  return { headers: Object.entries(headers), body, url: "http://a.test/" };
}

const cases: readonly (readonly [Framework, ...TellingAnswer[]])[] = [
  ["nextjs", answer({ "X-Powered-By": "Next.js" })],
  ["nextjs", answer({}, '<script src="/_next/static/chunks/main.js">')],
  ["express", answer({ "X-Powered-By": "Express" })],
  ["express", answer({ "Set-Cookie": "connect.sid=s%3Aabc.def; Path=/; HttpOnly" })],
  ["fastify", answer({}, '{"message":"Route GET:/x not found","error":"Not Found"}')],
  [
    "django",
    answer({ "set-cookie": "csrftoken=abc; Path=/" }),
    answer({ "set-cookie": "sessionid=abc; Path=/" }),
  ],
  ["django", answer({}, '<input type="hidden" name="csrfmiddlewaretoken" value="x">')],
  ["fastapi", answer({ server: "uvicorn" }, '{"detail":"Not authenticated"}')],
  ["flask", answer({ Server: "Werkzeug/3.0 Python/3.11", "Set-Cookie": "session=x; Path=/" })],
  ["rails", answer({ "set-cookie": "_shop_session=x; path=/", "x-runtime": "0.01" })],
  ["laravel", answer({ "set-cookie": "laravel_session=x; path=/" })],
  [
    "laravel",
    answer({ "set-cookie": "shop-session=x; path=/" }),
    answer({ "set-cookie": "XSRF-TOKEN=x; path=/" }),
  ],
  ["spring", answer({ "set-cookie": "JSESSIONID=x; Path=/" })],
  ["plain", answer({ "set-cookie": "PHPSESSID=x; path=/", "x-powered-by": "PHP/8.2" })],
  ["plain", answer({ server: "nginx" }, "<h1>Hello</h1>")],
  ["plain"],
];

test.each(cases.map(([framework, ...answers]) => ({ framework, answers })))(
  "$framework",
  ({ framework, answers }) => {
    expect(guessFramework(answers)).toBe(framework);
  },
);

test("who keeps the session counts for more than what draws the pages", () => {
  const page = answer({}, '<script src="/_next/static/main.js">');
  const session = answer({ cookie: "csrftoken=a; sessionid=b" });
  expect(guessFramework([page, session])).toBe("django");
});
