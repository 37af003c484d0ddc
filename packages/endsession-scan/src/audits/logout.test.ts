import { describe, expect, test } from "vitest";
import { answer, bearer, setOf, way } from "./test-support/artifacts.ts";
import type { Changes } from "./test-support/artifacts.ts";
import { failsAlone, failures, findingOf, verdictOf } from "./test-support/verdicts.ts";

const ended = way({ ended: true });
const byHeader: Changes = { survey: { sets: [setOf([bearer])], cookies: [] } };

describe("logout-by-get", () => {
  test("fails when a plain GET ends the session", () => {
    failsAlone("logout-by-get", "medium", { ways: { get: ended } }, "plain GET");
  });

  test("is milder when the address needs a token", () => {
    failsAlone("logout-by-get", "low", { ways: { get: { ...ended, token: true } } }, "token");
  });

  test("stays open when it was not tried or could not be told", () => {
    const untried = way({ tried: false, ended: null, how: "Nobody knew the address." });
    expect(findingOf("logout-by-get", { ways: { get: untried } })).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringContaining("Nobody knew the address.") as unknown,
    });
    expect(verdictOf("logout-by-get", { ways: { get: way({ ended: null }) } })).toBe(
      "inconclusive",
    );
  });

  test("stays open when the logout itself leaves the browser signed in", () => {
    expect(verdictOf("logout-by-get", { signOut: { browser: "accepted" } })).toBe("inconclusive");
  });

  test("does not apply to a header that was not tried", () => {
    const untried = way({ tried: false, ended: null });
    expect(verdictOf("logout-by-get", { ...byHeader, ways: { get: untried } })).toBe(
      "not-applicable",
    );
  });
});

describe("logout-by-prefetch", () => {
  test("fails when a prefetch ends the session and a plain GET does not", () => {
    failsAlone("logout-by-prefetch", "low", { ways: { prefetch: ended } }, "prefetch");
  });

  test("fails when the application itself loads its logout ahead", () => {
    const changes: Changes = {
      ways: { get: ended, prefetch: way({ tried: false, ended: null }) },
      survey: {
        prefetchesLogout: [{ page: "https://shop.example/account?t=secret", how: "<link>" }],
      },
    };
    expect(failures(changes)).toEqual(["logout-by-get medium", "logout-by-prefetch medium"]);
    const { reason } = findingOf("logout-by-prefetch", changes);
    expect(reason).toContain("https://shop.example/account");
    expect(reason).not.toContain("secret");
  });

  test("a hint for an address that ends nothing is harmless", () => {
    const prefetchesLogout = [{ page: "https://shop.example/account", how: "<link>" }];
    expect(verdictOf("logout-by-prefetch", { survey: { prefetchesLogout } })).toBe("pass");
  });

  test("leaves a plain GET to logout-by-get", () => {
    expect(verdictOf("logout-by-prefetch", { ways: { get: ended, prefetch: ended } })).toBe(
      "not-applicable",
    );
  });

  test("fails also where the plain GET could not be told", () => {
    const changes: Changes = { ways: { get: way({ ended: null }), prefetch: ended } };
    failsAlone("logout-by-prefetch", "low", changes);
  });
});

describe("logout-cross-site", () => {
  test("fails when a form on another site ends the session", () => {
    failsAlone("logout-cross-site", "low", { ways: { crossSite: ended } }, "another site");
  });

  test("fails also when the application's own form holds a token that nobody checks", () => {
    failsAlone(
      "logout-cross-site",
      "low",
      { ways: { crossSite: way({ ended: true, token: true, exchange: null }) } },
      "without the token",
    );
  });

  test("leaves a logout by GET to logout-by-get", () => {
    failsAlone("logout-by-get", "medium", { ways: { get: ended, crossSite: ended } });
    expect(verdictOf("logout-cross-site", { ways: { get: ended } })).toBe("not-applicable");
  });

  test("stays open when it could not be told", () => {
    const crossSite = way({ ended: null });
    expect(verdictOf("logout-cross-site", { ways: { crossSite } })).toBe("inconclusive");
  });
});

describe("logout-needs-live-session", () => {
  test.each([
    ["a dead session", { dead: answer({ status: 403 }) }, "with a dead session 403"],
    ["no session", { none: answer({ status: 500 }) }, "with no session 500"],
    ["an unknown session", { random: answer({ status: 401 }) }, "with an unknown session 401"],
  ])("fails when %s gets an error", (_, answers, says) => {
    failsAlone("logout-needs-live-session", "low", { answers }, says);
  });

  test("a bearer's 401 is right, another error is not", () => {
    const unauthorised = answer({ status: 401, location: null });
    const answers = { bearer: true, dead: unauthorised, random: unauthorised, none: unauthorised };
    expect(failures({ answers })).toEqual([]);
    expect(verdictOf("logout-needs-live-session", { answers })).toBe("pass");
    failsAlone("logout-needs-live-session", "low", {
      answers: { ...answers, dead: answer({ status: 500 }) },
    });
  });

  test("stays open when a living session gets an error as well, or a limit", () => {
    const forbidden = answer({ status: 403 });
    expect(
      verdictOf("logout-needs-live-session", { answers: { live: forbidden, dead: forbidden } }),
    ).toBe("inconclusive");
    expect(verdictOf("logout-needs-live-session", { answers: { live: null } })).toBe(
      "inconclusive",
    );
    const limited = answer({ status: 429 });
    expect(
      verdictOf("logout-needs-live-session", { answers: { dead: limited, random: limited } }),
    ).toBe("inconclusive");
  });
});

describe("logout-leaks-validity", () => {
  test.each([
    ["status", { dead: answer({ status: 200, location: null }) }, "status 200 instead of 303"],
    ["redirect", { dead: answer({ location: "/login" }) }, "redirect to /login instead of /"],
    ["body", { random: answer({ shape: "error" }) }, "body “error” instead of “nothing”"],
  ])("fails when the %s differs", (_, answers, says) => {
    failsAlone("logout-leaks-validity", "low", { answers }, says);
  });

  test("compares only what succeeds", () => {
    failsAlone("logout-needs-live-session", "low", {
      answers: { dead: answer({ status: 400 }), random: answer({ status: 400 }) },
    });
    const changes: Changes = {
      answers: { dead: answer({ status: 400 }), random: answer({ status: 400 }) },
    };
    expect(verdictOf("logout-leaks-validity", changes)).toBe("not-applicable");
  });

  test("does not compare the absence of a credential, nor deletions", () => {
    const answers = {
      none: answer({ location: "/login" }),
      dead: answer({ deletesCookies: false }),
    };
    expect(verdictOf("logout-leaks-validity", { answers })).toBe("pass");
  });

  test("stays open without an answer to compare", () => {
    expect(verdictOf("logout-leaks-validity", { answers: { live: answer({ status: 500 }) } })).toBe(
      "inconclusive",
    );
    expect(verdictOf("logout-leaks-validity", { answers: { dead: null, random: null } })).toBe(
      "inconclusive",
    );
  });
});

describe("redirect-not-safe", () => {
  const to = "https://attacker.example/";

  test("fails when a foreign address is followed", () => {
    const redirects = [
      { parameter: "next", to, followed: false, exchange: "x2" },
      { parameter: "returnTo", to, followed: true, exchange: "x3" },
    ];
    failsAlone("redirect-not-safe", "medium", { answers: { redirects } }, "returnTo", to);
  });

  test("passes when none is, and stays open when none was tried", () => {
    expect(verdictOf("redirect-not-safe")).toBe("pass");
    expect(verdictOf("redirect-not-safe", { answers: { redirects: [] } })).toBe("inconclusive");
  });
});

describe("rate-limit-blocks-logout", () => {
  const limit = {
    sent: 21,
    limitedAt: 21,
    logoutStatus: 429,
    sessionAfter: "accepted",
    exchange: "x2",
    headers: [],
  } as const;

  test("fails when the limit keeps a session alive", () => {
    failsAlone(
      "rate-limit-blocks-logout",
      "medium",
      { parts: { rateLimit: limit } },
      "21 requests",
      "429",
    );
  });

  test("passes when the session ends in spite of it", () => {
    const rateLimit = { ...limit, sessionAfter: "refused" } as const;
    expect(verdictOf("rate-limit-blocks-logout", { parts: { rateLimit } })).toBe("pass");
  });

  test("does not apply without a limit, and stays open when it cannot be told", () => {
    const none = { ...limit, limitedAt: null };
    expect(verdictOf("rate-limit-blocks-logout", { parts: { rateLimit: none } })).toBe(
      "not-applicable",
    );
    const unclear = { ...limit, sessionAfter: "unclear" } as const;
    expect(verdictOf("rate-limit-blocks-logout", { parts: { rateLimit: unclear } })).toBe(
      "inconclusive",
    );
  });
});

describe("refresh tokens", () => {
  test("refresh-survives-logout fails when the old token gets new ones", () => {
    failsAlone("refresh-survives-logout", "high", {
      refresh: { afterLogout: { accepted: true, exchange: "x3" } },
    });
    expect(verdictOf("refresh-survives-logout")).toBe("pass");
    expect(verdictOf("refresh-survives-logout", { refresh: { afterLogout: null } })).toBe(
      "inconclusive",
    );
  });

  test("refresh-reuse-accepted fails, and the fork that follows is told once", () => {
    failsAlone("refresh-reuse-accepted", "medium", {
      refresh: {
        reuse: { accepted: true, exchange: "x3" },
        fork: { successors: 2, working: 2 },
      },
    });
    expect(verdictOf("refresh-reuse-accepted")).toBe("pass");
    expect(verdictOf("refresh-reuse-accepted", { refresh: { reuse: null } })).toBe("inconclusive");
  });

  test("refresh-family-forks fails when two successors work", () => {
    failsAlone(
      "refresh-family-forks",
      "medium",
      { refresh: { fork: { successors: 2, working: 2 } } },
      "2 different successors",
    );
    expect(
      verdictOf("refresh-family-forks", { refresh: { fork: { successors: 2, working: 1 } } }),
    ).toBe("pass");
    expect(verdictOf("refresh-family-forks", { refresh: { fork: null } })).toBe("inconclusive");
    expect(
      verdictOf("refresh-family-forks", { refresh: { fork: { successors: 0, working: 0 } } }),
    ).toBe("inconclusive");
  });

  test("without rotation nothing is spent and nothing forks", () => {
    const refresh = { rotates: false, reuse: null, fork: null };
    expect(verdictOf("refresh-reuse-accepted", { refresh })).toBe("not-applicable");
    expect(verdictOf("refresh-family-forks", { refresh })).toBe("not-applicable");
  });
});

describe("acts that end the others", () => {
  const acts = [
    ["logout-all-incomplete", "logoutAll"],
    ["password-change-keeps-sessions", "passwordChange"],
  ] as const;
  const part = {
    how: "clicked",
    done: true,
    here: "accepted",
    there: "accepted",
    exchange: "x2",
  } as const;

  test.each(acts)("%s fails when the other device is accepted", (id, name) => {
    failsAlone(id, "high", { parts: { [name]: part } }, "Device B is still signed in");
  });

  test.each(acts)("%s passes when it is refused, else stays open", (id, name) => {
    expect(verdictOf(id, { parts: { [name]: { ...part, there: "refused" } } })).toBe("pass");
    expect(verdictOf(id, { parts: { [name]: { ...part, there: "unclear" } } })).toBe(
      "inconclusive",
    );
    expect(verdictOf(id, { parts: { [name]: { ...part, done: false } } })).toBe("inconclusive");
  });
});
