/**
 * The scanner against applications that refuse, break, hang and flood: it says what happened, ends,
 * leaves nothing running, and never calls a session dead that it could not judge.
 */
import { describe, test } from "vitest";
import { scan } from "./support/command.ts";
import { expectNoJudgement, started } from "./support/expectations.ts";
import { account, answers, oneOf, page, redirect, signInForm } from "./support/hostile-site.ts";
import type { Handler } from "./support/hostile-site.ts";

const nightly = process.env["ENDSESSION_NIGHTLY"] === "1";

interface Case {
  readonly name: string;
  readonly handler: Handler;
  readonly says: RegExp;
  readonly args?: readonly string[];
  readonly slow?: boolean;
}

const spaForm = `<div id="app"></div><script>
  document.getElementById("app").innerHTML = '<h1>Sign in</h1><p role="alert"></p><input id="email" type="email"><input id="password" type="password"><button id="go">Sign in</button>';
  document.getElementById("go").onclick = async () => {
    const body = JSON.stringify({ email: document.getElementById("email").value, password: document.getElementById("password").value });
    const answer = await fetch("/login", { method: "POST", headers: { "content-type": "application/json" }, body });
    document.querySelector("[role=alert]").textContent = (await answer.json()).error;
  };
</script>`;

const spaThatRefuses: Handler = (visit) => {
  if (visit.method === "POST") {
    visit.response.writeHead(401, { "content-type": "application/json" });
    visit.response.end('{"error":"Those credentials are not right."}');
  } else page(visit, spaForm);
  return true;
};

const refuses =
  (status: number, body: string): Handler =>
  (visit) => {
    if (visit.path !== "/login" || visit.method !== "POST") return false;
    page(visit, body, status);
    return true;
  };

const drip: Handler = ({ response }) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.write("<!doctype html><title>Slow</title>");
  const timer = setInterval(() => response.write("<!-- . -->"), 200);
  response.on("close", () => {
    clearInterval(timer);
  });
  return true;
};

const signingIn: readonly Case[] = [
  {
    name: "a wrong password on a page of the server's",
    handler: refuses(401, signInForm("Wrong name or password.")),
    says: /Signing in as ada@example\.test did not work: .*“Wrong name or password\.”.* Check the name and the password/u,
  },
  {
    name: "a wrong password in a single-page application",
    handler: spaThatRefuses,
    says: /did not work: .*“Those credentials are not right\.”/u,
  },
  {
    name: "a password that the page repeats",
    handler: refuses(401, signInForm(`“${account.password}” is wrong.`)),
    says: /did not work: .*“sha256:/u,
  },
  {
    name: "an account that is locked",
    handler: refuses(423, signInForm("This account is locked.")),
    says: /limits sign-ins/u,
  },
  {
    name: "a limit of sign-ins, without a form",
    handler: refuses(429, "Too many requests"),
    says: /limits sign-ins/u,
  },
  {
    name: "a sign-in that fails with an error page",
    handler: refuses(500, "<h1>Internal Server Error</h1>"),
    says: /did not lead to a page of the application: http\S+\/login answered 500/u,
  },
  {
    name: "a sign-in that asks for a code",
    handler: oneOf(
      answers(
        "/code",
        () =>
          '<form method="post" action="/code"><label>Code <input name="otp" autocomplete="one-time-code"></label><button>Verify</button></form>',
      ),
      (visit) => {
        if (visit.method !== "POST") return false;
        redirect(visit, "/code");
        return true;
      },
    ),
    says: /asks for a one-time code.*totpSecretEnv/u,
  },
  {
    name: "no sign-in form anywhere",
    handler: (visit) => {
      page(visit, "<h1>Welcome</h1>");
      return true;
    },
    says: /No sign-in form was found .*"loginUrl"/u,
  },
];

const nowhere: readonly Case[] = [
  {
    name: "500 to everything",
    handler: (visit) => {
      page(visit, "<h1>Oops</h1>", 500);
      return true;
    },
    says: /answers 500: an application that does not work cannot be judged/u,
  },
  {
    name: "endless redirects at the start",
    handler: (visit) => {
      redirect(visit, `/${visit.path.length % 40}${visit.path}`.slice(0, 60));
      return true;
    },
    says: /it redirects in a circle|it was not loaded in time/u,
  },
  {
    name: "endless redirects after the sign-in",
    handler: (visit) => {
      if (visit.session === null) return false;
      redirect(visit, visit.path === "/a" ? "/b" : "/a");
      return true;
    },
    says: /it redirects in a circle|it was not loaded in time/u,
  },
  {
    name: "500 after the sign-in",
    handler: (visit) => {
      if (visit.session === null) return false;
      page(visit, "<h1>Oops</h1>", 500);
      return true;
    },
    says: /answered 500/u,
  },
  {
    name: "nothing private anywhere",
    handler: answers(
      "/",
      () => '<h1>Welcome, everybody</h1><p>The same for all.</p><a href="/login">Log in</a>',
    ),
    says: /Nothing was found that only the signed-in user gets to see.*"private"/u,
  },
  {
    name: "a start page that drips for ever",
    handler: drip,
    says: /could not be opened|does not answer/u,
    slow: true,
  },
  {
    name: "no control that signs out",
    handler: answers("/", ({ session }) =>
      session === null ? null : "<h1>Hello Ada Lovelace</h1><p>Signed in as ada@example.test.</p>",
    ),
    says: /No control that signs out was found/u,
  },
];

describe.concurrent("What cannot be judged is said, with exit code 2", () => {
  for (const { name, handler, says, args, slow = false } of [...signingIn, ...nowhere]) {
    test.runIf(nightly || !slow)(
      `${name}`,
      async (context) => {
        const site = await started(context, handler);
        const ran = await scan(site.url, args);
        expectNoJudgement(ran, says, site);
      },
      600_000,
    );
  }
});
