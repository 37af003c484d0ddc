import { describe, expect, test } from "vitest";
import { bearer, cookie, probe, setOf } from "./test-support/artifacts.ts";
import type { Changes } from "./test-support/artifacts.ts";
import { failsAlone, findingOf, verdictOf } from "./test-support/verdicts.ts";

describe("private-page-cacheable", () => {
  const cached = (cacheControl: string | null): Changes => ({
    survey: {
      probes: [probe("p1", "/account", "page"), probe("p2", "/api/me", "api", { cacheControl })],
    },
  });

  test.each([
    "public",
    "public, max-age=60",
    "Max-Age=600",
    "private, max-age=5",
    "s-maxage=30",
    'max-age="60"',
  ])("is medium where caches are invited: %s", (cacheControl) => {
    failsAlone("private-page-cacheable", "medium", cached(cacheControl), "/api/me", cacheControl);
  });

  test.each([null, "no-cache", "private", "no-cache, private, max-age=0, must-revalidate"])(
    "is low where nothing says no-store: %s",
    (cacheControl) => {
      failsAlone("private-page-cacheable", "low", cached(cacheControl), "/api/me");
    },
  );

  test.each(["no-store", "No-Store, max-age=0", "private,no-cache,no-store"])(
    "passes with %s",
    (it) => {
      expect(verdictOf("private-page-cacheable", cached(it))).toBe("pass");
    },
  );

  test("does not judge the document of a rendered page, nor a POST", () => {
    const probes = [
      probe("p1", "/app", "rendered", { cacheControl: "public, max-age=60" }),
      probe("p2", "/graphql", "api", { method: "POST", cacheControl: null }),
    ];
    expect(verdictOf("private-page-cacheable", { survey: { probes } })).toBe("not-applicable");
    expect(verdictOf("private-page-cacheable", { survey: { probes: [] } })).toBe("inconclusive");
  });
});

describe("token-in-web-storage", () => {
  const token = {
    store: "localStorage",
    key: "access",
    value: "sha256:0a1b2c3d",
    authenticates: true,
  } as const;

  test("fails when the token authenticates, and worse for a refresh token", () => {
    failsAlone(
      "token-in-web-storage",
      "medium",
      { survey: { tokensInStorage: [token] } },
      "localStorage (access)",
    );
    failsAlone("token-in-web-storage", "high", {
      survey: { tokensInStorage: [{ ...token, store: "sessionStorage", key: "refreshToken" }] },
    });
  });

  test("what only looks like a token stays open where headers authenticate", () => {
    const tokensInStorage = [{ ...token, authenticates: false }];
    const byHeader = { sets: [setOf([bearer])], tokensInStorage };
    expect(verdictOf("token-in-web-storage", { survey: byHeader })).toBe("inconclusive");
    expect(verdictOf("token-in-web-storage", { survey: { tokensInStorage } })).toBe("pass");
  });
});

describe("device-list-leaks-credentials", () => {
  const leak = {
    url: "https://shop.example/api/devices",
    exchange: "x1",
    carrier: "cookie sid",
    own: true,
  };

  test("fails for the own session, and worse for another's", () => {
    failsAlone(
      "device-list-leaks-credentials",
      "medium",
      { survey: { leaks: [leak] } },
      "cookie sid",
      "/api/devices",
    );
    failsAlone(
      "device-list-leaks-credentials",
      "high",
      { survey: { leaks: [{ ...leak, own: false }] } },
      "another device",
    );
  });

  test("knows the carrier by its bare name as well", () => {
    failsAlone("device-list-leaks-credentials", "medium", {
      survey: { leaks: [{ ...leak, carrier: "sid", exchange: null }] },
    });
  });

  test("a script's own token is no leak, nor is a cookie that authenticates nobody", () => {
    const leaks = [
      { ...leak, carrier: "header authorization" },
      { ...leak, carrier: "cookie csrf" },
    ];
    expect(verdictOf("device-list-leaks-credentials", { survey: { leaks } })).toBe("pass");
  });

  test("stays open when no private answer was seen", () => {
    expect(verdictOf("device-list-leaks-credentials", { survey: { probes: [] } })).toBe(
      "inconclusive",
    );
  });
});

describe("logout-all-missing", () => {
  test("fails when there is a list and no control", () => {
    failsAlone(
      "logout-all-missing",
      "low",
      { survey: { logoutAll: null } },
      "/account/devices",
      "3 pages",
    );
  });

  test("fails when the configuration says that there is none", () => {
    failsAlone(
      "logout-all-missing",
      "low",
      { survey: { logoutAll: null, deviceList: null, logoutAllDenied: true } },
      "logoutAll: false",
    );
  });

  test("does not apply without a list, and stays open when nobody looked", () => {
    const none = { logoutAll: null, deviceList: null };
    expect(verdictOf("logout-all-missing", { survey: none })).toBe("not-applicable");
    expect(verdictOf("logout-all-missing", { survey: { ...none, pagesSearched: 0 } })).toBe(
      "inconclusive",
    );
  });
});

describe("session-fixation", () => {
  const kept = { name: "sid", value: "sha256:0a1b2c3d" } as const;

  test("fails when the value outlives the sign-in", () => {
    failsAlone("session-fixation", "medium", { survey: { keptFromBefore: [kept] } }, "sid");
  });

  test("passes with a new value, with none before, and with another cookie that stays", () => {
    expect(verdictOf("session-fixation")).toBe("pass");
    expect(verdictOf("session-fixation", { survey: { anonymousCookies: [] } })).toBe("pass");
    const theme = { ...kept, name: "theme" };
    expect(verdictOf("session-fixation", { survey: { keptFromBefore: [theme] } })).toBe("pass");
  });
});

describe("cors-too-open", () => {
  const allowed = {
    probe: "p1",
    origin: "https://attacker.example",
    allowed: true,
    exchange: "x1",
  };

  test("fails; SameSite makes it milder", () => {
    failsAlone(
      "cors-too-open",
      "medium",
      { survey: { cors: [allowed] } },
      "https://attacker.example",
    );
    failsAlone("cors-too-open", "high", {
      survey: { cors: [allowed], cookies: [cookie("sid", { sameSite: "None" })] },
    });
  });

  test("does not apply where only a header authenticates, and stays open when not tried", () => {
    const survey = { cors: [allowed], sets: [setOf([bearer])], cookies: [] };
    expect(verdictOf("cors-too-open", { survey })).toBe("not-applicable");
    expect(verdictOf("cors-too-open", { survey: { cors: [] } })).toBe("inconclusive");
  });
});

describe("error-details-shown", () => {
  test("fails with the line that was shown, cut", () => {
    const detail = `at handler (/srv/app/login.js:10:3) ${"x".repeat(300)}`;
    const errors = [{ what: "a malformed body", exchange: "x3", detail }];
    failsAlone(
      "error-details-shown",
      "low",
      { survey: { errors } },
      "a malformed body",
      "/srv/app/login.js",
    );
    expect(findingOf("error-details-shown", { survey: { errors } }).reason.length).toBeLessThan(
      250,
    );
  });

  test("stays open when no error was provoked", () => {
    expect(verdictOf("error-details-shown", { survey: { errors: [] } })).toBe("inconclusive");
  });
});

describe("secret-in-url", () => {
  test("fails without repeating the secret, and worse for a password", () => {
    const url = "https://shop.example/app;jsessionid=TOPSECRET?sid=TOPSECRET#TOPSECRET";
    const changes: Changes = { survey: { secretsInUrls: [{ url, what: "the session id" }] } };
    failsAlone("secret-in-url", "medium", changes, "the session id in https://shop.example/app");
    expect(JSON.stringify(findingOf("secret-in-url", changes))).not.toContain("TOPSECRET");
    failsAlone("secret-in-url", "high", {
      survey: { secretsInUrls: [{ url, what: "the password" }] },
    });
  });

  test("passes when there is none", () => {
    expect(verdictOf("secret-in-url")).toBe("pass");
  });
});
