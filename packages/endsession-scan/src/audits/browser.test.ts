import { describe, expect, test } from "vitest";
import {
  bearer,
  cookie,
  remember,
  replaysOf,
  setOf,
  sid,
  always,
} from "./test-support/artifacts.ts";
import type { Changes } from "./test-support/artifacts.ts";
import { failsAlone, failures, findingOf, verdictOf } from "./test-support/verdicts.ts";

const stillSignedIn = { browser: "accepted" } as const;
const twin = {
  name: "sid",
  cookies: [
    { domain: "shop.example", path: "/" },
    { domain: ".shop.example", path: "/" },
  ],
  when: "signed-in",
} as const;

describe("cookie-not-deleted", () => {
  test("fails when the browser keeps the old value", () => {
    failsAlone(
      "cookie-not-deleted",
      "low",
      { departure: { cookiesKept: [cookie("sid", { path: "/app" })] } },
      "sid (Path /app)",
    );
  });

  test("is worse when the cookie still signs in", () => {
    expect(
      findingOf("cookie-not-deleted", {
        signOut: stillSignedIn,
        departure: { cookiesKept: [cookie("sid")] },
      }),
    ).toMatchObject({ verdict: "fail", severity: "medium" });
  });

  test("passes when other cookies stay", () => {
    const cookiesKept = [cookie("theme", { authenticates: false })];
    expect(verdictOf("cookie-not-deleted", { departure: { cookiesKept } })).toBe("pass");
  });

  test("leaves the one of two that stays to cookie-twins", () => {
    const changes: Changes = {
      survey: { twins: [twin] },
      departure: { cookiesKept: [cookie("sid", { domain: ".shop.example" })] },
    };
    failsAlone("cookie-twins", "low", changes);
    expect(verdictOf("cookie-not-deleted", changes)).toBe("inconclusive");
  });

  test("fails beside cookie-twins when both stay", () => {
    const cookiesKept = [cookie("sid"), cookie("sid", { domain: ".shop.example" })];
    expect(failures({ survey: { twins: [twin] }, departure: { cookiesKept } })).toEqual([
      "cookie-not-deleted low",
      "cookie-twins low",
    ]);
  });

  test("does not apply where no cookie carries the identity", () => {
    const survey = { sets: [setOf([bearer])], cookies: [] };
    expect(verdictOf("cookie-not-deleted", { survey })).toBe("not-applicable");
    expect(verdictOf("cookie-twins", { survey })).toBe("not-applicable");
    expect(verdictOf("cookie-flags", { survey })).toBe("not-applicable");
    expect(verdictOf("session-fixation", { survey })).toBe("not-applicable");
  });
});

describe("cookie-twins", () => {
  test("fails while signed in, and after the logout", () => {
    failsAlone("cookie-twins", "low", { survey: { twins: [twin] } }, "sid", "while signed in");
    failsAlone(
      "cookie-twins",
      "low",
      { departure: { twins: [{ ...twin, when: "after-logout" }] } },
      "after the logout",
    );
  });

  test("twins of another name do not count, and one cookie is no twin", () => {
    expect(verdictOf("cookie-twins", { survey: { twins: [{ ...twin, name: "theme" }] } })).toBe(
      "pass",
    );
    const one = { ...twin, cookies: twin.cookies.slice(0, 1) };
    expect(verdictOf("cookie-twins", { survey: { twins: [one] } })).toBe("pass");
  });

  test("stays open when nobody looked after a logout", () => {
    const gaps = { departure: { reason: "It broke off.", notApplicable: false } };
    expect(verdictOf("cookie-twins", { gaps })).toBe("inconclusive");
  });
});

describe("cookie-flags", () => {
  test.each([
    ["HttpOnly", { httpOnly: false }, "medium", "sid has no HttpOnly"],
    ["Secure", { secure: false }, "medium", "sid has no Secure"],
    ["SameSite", { sameSite: null }, "low", "sid has no SameSite"],
    ["an end", { days: 3650 }, "low", "sid lives 3650 days"],
  ])("fails without %s", (_, lack, severity, says) => {
    failsAlone("cookie-flags", severity, { survey: { cookies: [cookie("sid", lack)] } }, says);
  });

  test("the worst lack gives the severity, and each is told", () => {
    const cookies = [cookie("sid", { sameSite: null, httpOnly: false })];
    failsAlone("cookie-flags", "medium", { survey: { cookies } }, "no HttpOnly", "no SameSite");
  });

  test("on http Secure is not judged, except beside SameSite=None", () => {
    const target = "http://127.0.0.1:3000";
    const cookies = [cookie("sid", { secure: false })];
    expect(verdictOf("cookie-flags", { target, survey: { cookies } })).toBe("pass");
    failsAlone(
      "cookie-flags",
      "low",
      { target, survey: { cookies: [cookie("sid", { secure: false, sameSite: "None" })] } },
      "SameSite=None without Secure",
    );
  });

  test("judges a cookie of a set that is not marked, and no other", () => {
    const cookies = [
      cookie("sid"),
      cookie("lang", { authenticates: false, httpOnly: false, sameSite: null }),
    ];
    expect(verdictOf("cookie-flags", { survey: { cookies } })).toBe("pass");
    const unmarked = [cookie("sid", { authenticates: false, httpOnly: false })];
    failsAlone("cookie-flags", "medium", { survey: { cookies: unmarked } });
  });

  test("400 days are allowed", () => {
    expect(verdictOf("cookie-flags", { survey: { cookies: [cookie("sid", { days: 400 })] } })).toBe(
      "pass",
    );
  });

  test("stays open when the cookie was not seen", () => {
    expect(verdictOf("cookie-flags", { survey: { cookies: [] } })).toBe("inconclusive");
  });
});

describe("clear-site-data-misused", () => {
  test("fails unquoted", () => {
    failsAlone(
      "clear-site-data-misused",
      "low",
      { departure: { clearSiteData: "cookies, storage" } },
      "malformed",
    );
  });

  test("fails on answers that anyone may cause", () => {
    const url = "https://shop.example/login?next=secret";
    const clearSiteData = [{ url, value: '"storage"', signedIn: false }];
    failsAlone(
      "clear-site-data-misused",
      "low",
      { survey: { clearSiteData } },
      "https://shop.example/login",
      "everybody",
    );
  });

  test("fails when nothing else removes the cookie", () => {
    failsAlone(
      "clear-site-data-misused",
      "low",
      { departure: { clearSiteData: '"cookies"', setCookies: [] } },
      "sid",
    );
  });

  test("passes beside a deletion, and where only caches are emptied", () => {
    expect(
      verdictOf("clear-site-data-misused", {
        departure: { clearSiteData: '"cache", "cookies", "storage"' },
      }),
    ).toBe("pass");
    const clearSiteData = [
      { url: "https://shop.example/", value: '"cache", "prefetchCache"', signedIn: false },
    ];
    expect(verdictOf("clear-site-data-misused", { survey: { clearSiteData } })).toBe("pass");
  });

  test("a cookie that scripts can remove may have been removed by one", () => {
    expect(
      verdictOf("clear-site-data-misused", {
        departure: { clearSiteData: '"cookies"', setCookies: [] },
        survey: { cookies: [cookie("sid", { httpOnly: false })] },
      }),
    ).toBe("pass");
  });
});

describe("other-device-ended", () => {
  const otherDevice = { bothSignedIn: true, after: "refused", exchange: "x1" } as const;

  test("fails when the logout ends the other device", () => {
    failsAlone("other-device-ended", "low", { departure: { otherDevice } }, "device B");
  });

  test("does not apply to one session at a time, and stays open when unclear", () => {
    const single = { ...otherDevice, bothSignedIn: false };
    expect(verdictOf("other-device-ended", { departure: { otherDevice: single } })).toBe(
      "not-applicable",
    );
    const unclear = { ...otherDevice, after: "unclear" } as const;
    expect(verdictOf("other-device-ended", { departure: { otherDevice: unclear } })).toBe(
      "inconclusive",
    );
  });
});

describe("back-button-shows-page", () => {
  const back = { shown: true, from: "back/forward cache", text: "Ada Lovelace" } as const;

  test.each(["back/forward cache", "HTTP cache", "server", "nowhere"] as const)(
    "fails when private text shows from: %s",
    (from) => {
      failsAlone("back-button-shows-page", "medium", { departure: { back: { ...back, from } } });
    },
  );

  test("stays open while the browser is signed in, or was not tried", () => {
    expect(
      verdictOf("back-button-shows-page", { signOut: stillSignedIn, departure: { back } }),
    ).toBe("inconclusive");
    expect(verdictOf("back-button-shows-page", { departure: { back: null } })).toBe("inconclusive");
  });

  test("leaves a new page with old data to client-data-left", () => {
    const left = [{ store: "localStorage", key: "me", what: "the user's name" }] as const;
    failsAlone("client-data-left", "low", {
      departure: { left, back: { ...back, from: "server" } },
    });
  });
});

describe("client-data-left", () => {
  test("fails, and worse for a credential", () => {
    const name = {
      store: "localStorage",
      key: "me",
      what: "the user's name or e-mail address",
    } as const;
    const token = {
      store: "IndexedDB",
      key: "auth/tokens",
      what: "what looks like a token",
    } as const;
    failsAlone("client-data-left", "low", { departure: { left: [name] } }, "localStorage (me)");
    failsAlone("client-data-left", "medium", { departure: { left: [name, token] } }, "auth/tokens");
  });

  test("stays open while the browser is signed in", () => {
    const left = [{ store: "localStorage", key: "me", what: "the user's name" }] as const;
    expect(verdictOf("client-data-left", { signOut: stillSignedIn, departure: { left } })).toBe(
      "inconclusive",
    );
  });
});

describe("service-worker-serves-private", () => {
  const serviceWorker = {
    registered: true,
    servesPrivate: true,
    url: "https://shop.example/account",
  };

  test("fails when it does", () => {
    failsAlone(
      "service-worker-serves-private",
      "medium",
      { departure: { serviceWorker } },
      "/account",
    );
  });

  test("does not apply without a worker, and stays open when not looked at", () => {
    const none = { registered: false, servesPrivate: false, url: null };
    expect(verdictOf("service-worker-serves-private", { departure: { serviceWorker: none } })).toBe(
      "not-applicable",
    );
    expect(verdictOf("service-worker-serves-private", { departure: { serviceWorker: null } })).toBe(
      "inconclusive",
    );
  });
});

describe("the second tab", () => {
  const stays = { stays: true, text: "Ada Lovelace", reinstalled: [] };
  const reinstalls = { stays: false, text: null, reinstalled: ["cookie sid"] };

  test("other-tab-stays fails when it shows the page", () => {
    failsAlone("other-tab-stays", "low", { departure: { otherTab: stays } }, "second tab");
  });

  test("tab-reinstalls-credentials fails when they work, and the tab that stays is told once", () => {
    failsAlone(
      "tab-reinstalls-credentials",
      "high",
      { signOut: stillSignedIn, departure: { otherTab: { ...reinstalls, stays: true } } },
      "cookie sid",
    );
  });

  test("both stay open when no tab was watched", () => {
    expect(verdictOf("other-tab-stays", { departure: { otherTab: null } })).toBe("inconclusive");
    expect(verdictOf("tab-reinstalls-credentials", { departure: { otherTab: null } })).toBe(
      "inconclusive",
    );
  });
});

describe("open-channel-survives", () => {
  const channel = {
    kind: "WebSocket",
    url: "wss://shop.example/live?token=secret",
    anonymous: false,
    closedAfter: null,
    messagesAfter: 3,
    watchedFor: 5000,
  } as const;

  test("fails when it goes on delivering", () => {
    const changes: Changes = { departure: { channels: [channel] } };
    failsAlone("open-channel-survives", "medium", changes, "wss://shop.example/live", "3 messages");
    expect(findingOf("open-channel-survives", changes).reason).not.toContain("secret");
  });

  test("stays open when it is silent, passes when it closes", () => {
    const silent = { ...channel, messagesAfter: 0 };
    expect(verdictOf("open-channel-survives", { departure: { channels: [silent] } })).toBe(
      "inconclusive",
    );
    const closed = { ...channel, closedAfter: 900, messagesAfter: 1 };
    expect(verdictOf("open-channel-survives", { departure: { channels: [closed] } })).toBe("pass");
  });

  test("does not apply to public channels, or where there is none", () => {
    const open = { ...channel, anonymous: true };
    expect(verdictOf("open-channel-survives", { departure: { channels: [open] } })).toBe(
      "not-applicable",
    );
    expect(verdictOf("open-channel-survives", { departure: { channels: [] } })).toBe(
      "not-applicable",
    );
  });
});

describe("sso-signs-back-in", () => {
  const signsBackIn = {
    signedIn: true,
    how: "one click on “Sign in”",
    through: "https://id.example",
  };

  test("fails when nothing had to be typed", () => {
    failsAlone("sso-signs-back-in", "medium", { departure: { signsBackIn } }, "https://id.example");
  });

  test("leaves a remember-me token to its own audit", () => {
    const replays = replaysOf([
      { course: always("refused"), carriers: [sid] },
      { course: always("accepted"), carriers: [remember], rememberMe: true },
    ]);
    failsAlone("remember-me-survives-logout", "high", {
      survey: { sets: [setOf([sid]), setOf([remember], { rememberMe: true })] },
      departure: { replays, signsBackIn: { ...signsBackIn, through: null } },
    });
  });

  test("stays open while the browser is signed in, or when nobody came back", () => {
    expect(
      verdictOf("sso-signs-back-in", { signOut: stillSignedIn, departure: { signsBackIn } }),
    ).toBe("inconclusive");
    expect(verdictOf("sso-signs-back-in", { departure: { signsBackIn: null } })).toBe(
      "inconclusive",
    );
  });
});

describe("slow-request-resurrects", () => {
  const slow = {
    inFlight: 3,
    slowest: 900,
    after: "accepted",
    by: "late Set-Cookie",
    exchange: "x2",
  } as const;

  test("fails when the session comes back", () => {
    failsAlone(
      "slow-request-resurrects",
      "medium",
      { parts: { slowRequest: slow } },
      "late Set-Cookie",
    );
  });

  test("stays open when nothing was in flight, or nothing can be told", () => {
    const none = { ...slow, inFlight: 0, after: "refused" } as const;
    expect(verdictOf("slow-request-resurrects", { parts: { slowRequest: none } })).toBe(
      "inconclusive",
    );
    const unclear = { ...slow, after: "unclear" } as const;
    expect(verdictOf("slow-request-resurrects", { parts: { slowRequest: unclear } })).toBe(
      "inconclusive",
    );
  });
});

describe("idle-timeout-missing", () => {
  const idle = { announced: 900, waited: 945, after: "accepted", exchange: "x2" } as const;

  test("fails when the session works after the announced time", () => {
    failsAlone("idle-timeout-missing", "low", { parts: { idle } }, "900 s", "945 s");
  });

  test("stays open when it is too early, or unclear", () => {
    expect(verdictOf("idle-timeout-missing", { parts: { idle: { ...idle, waited: 600 } } })).toBe(
      "inconclusive",
    );
    expect(
      verdictOf("idle-timeout-missing", { parts: { idle: { ...idle, after: "unclear" } } }),
    ).toBe("inconclusive");
  });
});
