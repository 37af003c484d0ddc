import { createServer } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ScanError } from "../scan-error.ts";
import type { Diagnosis } from "./check.ts";
import { checks } from "./checks.ts";
import { doctor } from "./doctor.ts";
import type { DoctorReport } from "./doctor.ts";
import { doctorExitCode, doctorJson, renderDoctor } from "./render.ts";

interface Page {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

type Site = (request: IncomingMessage, url: URL) => Page | null;

const sid = "sid=0123456789abcdef0123; Path=/; HttpOnly; SameSite=Lax";
const guarded = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
};
const loginForm = '<form method="post" action="/login"><input type="password" name="p"></form>';

const clean: Site = ({ method }, { pathname }) => {
  switch (`${method} ${pathname}`) {
    case "GET /":
      return { headers: guarded, body: '<a href="/login">Sign in</a>' };
    case "GET /login":
      return { headers: { ...guarded, "set-cookie": sid }, body: loginForm };
    case "POST /login":
      return { status: 400, body: "That is no sign-in." };
    case "GET /logout":
      return { status: 405, headers: { allow: "POST" }, body: "Log out by the button." };
    default:
      return null;
  }
};

/** The clean site with another answer where `other` has one. */
function but(other: Site): Site {
  return (request, url) => other(request, url) ?? clean(request, url);
}

/** The clean site's sign-in page with other headers. */
function signIn(headers: OutgoingHttpHeaders): Site {
  return but((request, { pathname }) =>
    request.method === "GET" && pathname === "/login"
      ? { headers: { ...guarded, "set-cookie": sid, ...headers }, body: loginForm }
      : null,
  );
}

const servers: Server[] = [];
const received: IncomingMessage[] = [];

async function examined(site: Site): Promise<DoctorReport> {
  const server = createServer((request, response) => {
    received.push(request);
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const page = site(request, url) ?? { status: 404, body: "There is nothing here." };
    response.writeHead(page.status ?? 200, { "content-type": "text/html", ...page.headers });
    response.end(page.body ?? "");
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return doctor(`http://127.0.0.1:${port}`);
}

function of(report: DoctorReport, id: string): Diagnosis {
  const found = report.diagnoses.find((it) => it.id === id);
  if (found === undefined) throw new Error(`no diagnosis ${id}`);
  return found;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  received.splice(0);
});

test("a clean application gets no warning, and no request carries a credential", async () => {
  const report = await examined(clean);
  expect(report.diagnoses.filter(({ state }) => state === "warn" || state === "bad")).toEqual([]);
  expect(report.diagnoses.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
  expect(report.signIn).toMatch(/\/login$/u);
  expect(doctorExitCode(report)).toBe(0);
  expect(received.length).toBe(report.requests);
  expect(received.length).toBeLessThan(70);
  for (const { headers, method } of received) {
    expect(headers.authorization).toBeUndefined();
    expect(headers.cookie ?? "").not.toContain("0123456789abcdef0123");
    expect(["GET", "POST"]).toContain(method);
  }
  expect(received.filter(({ method }) => method === "POST")).toHaveLength(1);
});

const cases: readonly (readonly [id: string, state: "warn" | "bad", seen: RegExp, site: Site])[] = [
  [
    "scheme",
    "warn",
    /redirects to the inner host app\.internal:8000/u,
    but((_, { pathname }) =>
      pathname === "/" ? { status: 302, headers: { location: "http://app.internal:8000/" } } : null,
    ),
  ],
  [
    "forwarded-proto",
    "warn",
    /the cookie sid becomes Secure/u,
    but(({ headers, method }, { pathname }) =>
      method === "GET" && pathname === "/login" && headers["x-forwarded-proto"] === "https"
        ? { headers: { ...guarded, "set-cookie": `${sid}; Secure` }, body: loginForm }
        : null,
    ),
  ],
  [
    "host-header",
    "bad",
    /repeats a foreign host in a link or form; .*x-forwarded-host in a link or form/u,
    but(({ headers, method }, { pathname }) =>
      method === "GET" && pathname === "/login"
        ? {
            headers: { ...guarded, "set-cookie": sid },
            body: `${loginForm}<a href="http://${String(headers["x-forwarded-host"] ?? headers.host)}/reset">?</a>`,
          }
        : null,
    ),
  ],
  [
    "host-header",
    "bad",
    /repeats a foreign host in its redirect/u,
    but(({ headers }, { pathname }) =>
      pathname === "/"
        ? { status: 302, headers: { location: `http://${String(headers.host)}/login` } }
        : null,
    ),
  ],
  [
    "cookie-flags",
    "warn",
    /sid is not HttpOnly/u,
    signIn({ "set-cookie": "sid=0123456789; Path=/; SameSite=Lax" }),
  ],
  ["cookie-flags", "warn", /Secure on plain http/u, signIn({ "set-cookie": `${sid}; Secure` })],
  [
    "same-site-none",
    "bad",
    /sid says SameSite=None without Secure/u,
    signIn({ "set-cookie": "sid=0123456789; Path=/; HttpOnly; SameSite=None" }),
  ],
  [
    "cookie-prefixes",
    "bad",
    /__Host-sid lacks Secure, .*__Host-sid lacks Path=\//u,
    signIn({ "set-cookie": "__Host-sid=0123456789; Path=/app; HttpOnly; SameSite=Lax" }),
  ],
  [
    "cookie-domain",
    "bad",
    /Domain shop\.example does not belong to 127\.0\.0\.1/u,
    signIn({ "set-cookie": `${sid}; Domain=shop.example` }),
  ],
  [
    "cookie-twins",
    "bad",
    /sid is set with Path \/, no Domain and with Path \/app, no Domain/u,
    signIn({ "set-cookie": [sid, sid.replace("Path=/", "Path=/app")] }),
  ],
  [
    "logout-by-get",
    "bad",
    /GET \/logout deletes the cookie sid/u,
    but((_, { pathname }) =>
      pathname === "/logout"
        ? { status: 302, headers: { location: "/", "set-cookie": "sid=; Max-Age=0; Path=/" } }
        : null,
    ),
  ],
  [
    "logout-by-get",
    "warn",
    /GET \/auth\/logout redirects to \/, as a logout would/u,
    but((_, { pathname }) =>
      pathname === "/auth/logout" ? { status: 302, headers: { location: "/" } } : null,
    ),
  ],
  [
    "logout-by-get",
    "warn",
    /a public page links to \/bye\?…, by GET/u,
    but((_, { pathname }) =>
      pathname === "/"
        ? {
            headers: guarded,
            body: '<a href="/bye?x=1&amp;y=2">Log out</a><a href="/login">Sign in</a>',
          }
        : null,
    ),
  ],
  [
    "cors",
    "bad",
    /allows any origin with credentials; .*allows the origin null with credentials/u,
    but(({ headers }, { pathname }) =>
      pathname === "/api/me"
        ? {
            status: 401,
            headers: {
              "access-control-allow-origin": headers.origin ?? "*",
              "access-control-allow-credentials": "true",
            },
          }
        : null,
    ),
  ],
  [
    "cors",
    "bad",
    /allows an origin that begins with its host with credentials/u,
    but(({ headers: { origin } }, { pathname }) =>
      pathname === "/" && origin?.startsWith("http://127.0.0.1") === true
        ? {
            headers: {
              ...guarded,
              "access-control-allow-origin": origin,
              "access-control-allow-credentials": "true",
            },
            body: '<a href="/login">Sign in</a>',
          }
        : null,
    ),
  ],
  ["caching", "warn", /without Cache-Control: no-store/u, signIn({ "cache-control": "no-cache" })],
  [
    "caching",
    "bad",
    /lets shared caches keep it/u,
    signIn({ "cache-control": "public, max-age=60" }),
  ],
  [
    "framing",
    "warn",
    /can be framed by any site/u,
    signIn({ "content-security-policy": "default-src 'self'" }),
  ],
  ["clear-site-data", "bad", /without quotation marks/u, signIn({ "clear-site-data": "storage" })],
  [
    "service-worker",
    "warn",
    /\/sw\.js is a service worker that keeps answers/u,
    but((_, { pathname }) =>
      pathname === "/sw.js"
        ? {
            headers: { "content-type": "text/javascript" },
            body: 'addEventListener("fetch", () => caches.open("all"))',
          }
        : null,
    ),
  ],
  [
    "error-details",
    "bad",
    /POST \/login shows a JavaScript stack/u,
    but(({ method }) =>
      method === "POST"
        ? {
            status: 400,
            body: "<pre>SyntaxError: bad<br> &nbsp; &nbsp;at JSON.parse (/srv/app.js:3:9)</pre>",
          }
        : null,
    ),
  ],
  ["rate-limit", "warn", /ratelimit is no list/u, signIn({ ratelimit: "limit=20, remaining=19" })],
];

describe.each(cases)("%s: %s %s", (id, state, seen, site) => {
  test("is seen, and told without a secret", async () => {
    const report = await examined(site);
    const diagnosis = of(report, id);
    expect(diagnosis).toMatchObject({ state });
    expect(diagnosis.seen).toMatch(seen);
    expect(diagnosis.advice).not.toBe("");
    expect(diagnosis.requirement).toMatch(/^(?:[A-Z]{2}-\d\d|ASVS [\d.]+)$/u);
    expect(JSON.stringify(report)).not.toContain("0123456789");
  });
});

test("well-formed rate-limit headers are fine", async () => {
  const site = signIn({
    "ratelimit-policy": '"login";q=20;w=300',
    ratelimit: '"login";r=19;t=287',
  });
  expect(of(await examined(site), "rate-limit").state).toBe("ok");
});

test("a gate that sends unknown visitors to the sign-in is no logout", async () => {
  const gate: Site = (request, url) =>
    clean(request, url) ?? {
      status: 302,
      headers: { location: `/login?next=${encodeURIComponent(url.pathname)}` },
    };
  expect(of(await examined(gate), "logout-by-get").state).toBe("ok");
});

test("refuses what it may not or cannot look at", async () => {
  await expect(doctor("ftp://127.0.0.1/")).rejects.toThrow(ScanError);
  await expect(doctor("https://example.com/")).rejects.toThrow(/public host/u);
  await expect(doctor("http://127.0.0.1:9/")).rejects.toThrow(/does not answer/u);
});

test("is told in words, and what the site says cannot paint the terminal", async () => {
  const report = await examined(signIn({ "set-cookie": "sid=0123456789; Path=/x; SameSite=None" }));
  const text = renderDoctor(report);
  expect(text).toContain("SameSite=None comes with Secure");
  expect(text).toMatch(/1 wrong/u);
  expect(renderDoctor(report, { colour: true })).toContain("\u001B[31mwrong");
  expect(JSON.parse(doctorJson(report))).toEqual(report);
  expect(doctorExitCode(report)).toBe(1);

  const [first, ...others] = report.diagnoses;
  if (first === undefined) throw new Error("there is a first diagnosis");
  const wicked = {
    ...report,
    signIn: "http://127.0.0.1/\u001B]0;title\u0007",
    diagnoses: [{ ...first, state: "bad" as const, seen: "\u001B[2J\r\nall is well" }, ...others],
  };
  // oxlint-disable-next-line no-control-regex
  expect(renderDoctor(wicked)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F]/u);
});
