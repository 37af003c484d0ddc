/** Artifacts in which everything is wrong, for the tests of the prompts. */
import type { Artifacts, Exchange, Way } from "../artifacts.ts";
import type { Finding } from "../audit.ts";

const origin = "http://shop.test:8080";

function exchange(id: string, more: Partial<Exchange>): Exchange {
  return {
    id,
    at: 1,
    by: "replay",
    method: "GET",
    url: `${origin}/account`,
    requestHeaders: [["cookie", "shop_sid=sha256:12ab34cd"]],
    status: 200,
    headers: [["cache-control", "private, max-age=60"]],
    body: "Ada Lovelace, ada@shop.test",
    took: 3,
    ...more,
  };
}

const way: Way = { tried: true, how: "GET /logout", ended: true, exchange: "x3", token: false };
const answer = {
  status: 302,
  location: "/login",
  shape: "empty",
  deletesCookies: true,
  exchange: "x3",
};
const others = {
  how: "pressed",
  done: true,
  here: "accepted",
  there: "accepted",
  exchange: "x4",
} as const;

export const artifacts: Artifacts = {
  schema: "endsession-scan-artifacts/1",
  target: `${origin}/`,
  startedAt: "2026-11-21T10:00:00.000Z",
  took: 1000,
  scanner: "0.1.0",
  browser: "Chromium",
  framework: "flask",
  logins: 3,
  warnings: [],
  gaps: {},
  steps: [],
  shots: [],
  exchanges: {
    x1: exchange("x1", {}),
    x2: exchange("x2", { status: 302, headers: [["location", "/login"]], requestHeaders: [] }),
    x3: exchange("x3", {
      by: "A",
      method: "POST",
      url: `${origin}/logout`,
      requestHeaders: [
        ["content-type", "application/x-www-form-urlencoded"],
        ["cookie", "shop_sid=sha256:12ab34cd"],
      ],
      status: 303,
      headers: [
        ["location", "/"],
        ["set-cookie", "shop_sid=; Max-Age=0; Path=/app"],
      ],
    }),
    x4: exchange("x4", {}),
  },
  collected: {
    survey: {
      landing: `${origin}/account`,
      probes: [
        {
          id: "p1",
          method: "GET",
          url: `${origin}/account`,
          kind: "page",
          difference: "the page shows the name",
          signedIn: "x1",
          anonymous: "x2",
          cacheControl: "private, max-age=60",
        },
      ],
      sets: [
        { carriers: [{ kind: "cookie", name: "shop_sid" }], rememberMe: false, probe: "p1" },
        { carriers: [{ kind: "cookie", name: "shop_keep" }], rememberMe: true, probe: "p1" },
      ],
      httpAuthentication: false,
      cookies: [
        {
          name: "shop_sid",
          value: "sha256:12ab34cd",
          length: 43,
          domain: "shop.test",
          path: "/",
          secure: false,
          httpOnly: false,
          sameSite: null,
          days: 500.4,
          authenticates: true,
        },
      ],
      keptFromBefore: [{ name: "shop_sid", value: "sha256:12ab34cd" }],
      anonymousCookies: ["shop_sid"],
      tokensInStorage: [
        { store: "localStorage", key: "shop_token", value: "sha256:12ab34cd", authenticates: true },
      ],
      secretsInUrls: [{ url: `${origin}/cb?token=sha256:12ab34cd`, what: "the access token" }],
      leaks: [{ url: `${origin}/api/devices`, exchange: "x4", carrier: "shop_sid", own: false }],
      twins: [
        {
          name: "shop_sid",
          cookies: [
            { domain: "shop.test", path: "/" },
            { domain: ".shop.test", path: "/app" },
          ],
          when: "signed-in",
        },
      ],
      clearSiteData: [{ url: `${origin}/public`, value: "storage", signedIn: false }],
      cors: [{ probe: "p1", origin: "https://evil.test", allowed: true, exchange: "x4" }],
      errors: [{ what: "a malformed body", exchange: "x4", detail: "at /srv/shop/app.py:12" }],
      deviceList: `${origin}/api/devices`,
      logoutAll: null,
      pagesSearched: 7,
      prefetchesLogout: [{ page: `${origin}/account`, how: "<link rel=prefetch>" }],
    },
    departure: {
      signOut: {
        how: "clicked “Log out”",
        request: { method: "POST", url: `${origin}/logout`, exchange: "x3", token: true },
        status: 303,
        browser: "refused",
        certain: true,
      },
      replays: { controls: [], replays: [], parallel: [] },
      otherDevice: { bothSignedIn: true, after: "refused", exchange: "x4" },
      cookiesAfter: [],
      cookiesKept: [],
      twins: [],
      setCookies: ["shop_sid=leaked-by-a-collector; Max-Age=0; Path=/app"],
      clearSiteData: '"cookies"',
      back: { shown: true, from: "HTTP cache", text: "Ada" },
      otherTab: { stays: true, text: "Ada", reinstalled: ["shop_sid"] },
      leaks: [],
      left: [{ store: "IndexedDB", key: "profile", what: "the e-mail address" }],
      serviceWorker: { registered: true, servesPrivate: true, url: `${origin}/account` },
      channels: [
        {
          kind: "SSE",
          url: `${origin}/events`,
          anonymous: false,
          closedAfter: null,
          messagesAfter: 4,
          watchedFor: 5000,
        },
      ],
      signsBackIn: { signedIn: true, how: "one click on “Sign in”", through: "https://idp.test" },
    },
    ways: { get: way, prefetch: way, crossSite: way },
    answers: {
      live: answer,
      dead: { ...answer, status: 401, location: null },
      random: null,
      none: null,
      bearer: false,
      redirects: [{ parameter: "next", to: "https://evil.test/", followed: true, exchange: "x3" }],
    },
    refresh: {
      found: "POST /api/refresh",
      rotates: true,
      fork: { successors: 2, working: 2 },
      reuse: { accepted: true, exchange: "x4" },
      afterLogout: { accepted: true, exchange: "x4" },
    },
    slowRequest: {
      inFlight: 2,
      slowest: 900,
      after: "accepted",
      by: "late Set-Cookie",
      exchange: "x4",
    },
    rateLimit: {
      sent: 30,
      limitedAt: 21,
      logoutStatus: 429,
      sessionAfter: "accepted",
      exchange: "x4",
      headers: [],
    },
    logoutAll: others,
    passwordChange: others,
    idle: { announced: 60, waited: 70, after: "accepted", exchange: "x4" },
  },
};

/** A failed finding of that audit. */
export function finding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    title: "All is well",
    failTitle: "Something is wrong",
    why: "Somebody gains something.",
    severity: "high",
    requirements: ["LO-01"],
    cwe: 613,
    bounty: "Broken Authentication",
    fix: "Do it right.",
    verdict: "fail",
    reason: "The old cookie is still accepted.",
    evidence: [
      { exchange: "x3", text: "the logout" },
      { exchange: "x4", text: "2.0 s after the logout: accepted" },
    ],
    ...more,
  };
}
