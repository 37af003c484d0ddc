import { describe, expect, test } from "vitest";
import {
  always,
  bearer,
  refusedFrom,
  remember,
  replaysOf,
  setOf,
  sid,
} from "./test-support/artifacts.ts";
import type { Asked, Changes } from "./test-support/artifacts.ts";
import { failsAlone, failures, findingOf, verdictOf } from "./test-support/verdicts.ts";

const both = [sid, remember];
const everything = { set: "everything", carriers: both } as const;
const accepted = always("accepted");
const refused = always("refused");
const rememberSet = setOf([remember], { rememberMe: true });

/** An application whose cookie alone signs in. */
function replayed(
  asked: Asked | readonly Asked[],
  parallel?: Parameters<typeof replaysOf>[1],
): Changes {
  return { departure: { replays: replaysOf(asked, parallel) } };
}

/** One that has a remember-me cookie as well. */
function remembering(...asked: readonly Asked[]): Changes {
  return { ...replayed(asked), survey: { sets: [setOf([sid]), rememberSet] } };
}

/** One that sends a token in a header. */
function tokened(asked: Asked): Changes {
  return {
    ...replayed({ carriers: [bearer], ...asked }),
    survey: { sets: [setOf([bearer])], cookies: [] },
  };
}

describe("session-survives-logout", () => {
  test("fails when the cookie is accepted to the last", () => {
    failsAlone(
      "session-survives-logout",
      "high",
      replayed({ course: accepted }, [{ accepted: 10 }]),
      "cookie sid",
      "10 s after the logout",
    );
  });

  test("fails when it is refused at first and then accepted again", () => {
    const course = [
      [20, "refused"],
      [1000, "refused"],
      [3000, "accepted"],
    ] as const;
    failsAlone("session-survives-logout", "high", replayed({ course }, []), "accepted again");
  });

  test("fails when only one of two probes accepts it", () => {
    const changes = replayed([{ course: refused }, { course: accepted, probe: "p2" }]);
    failsAlone("session-survives-logout", "high", changes);
  });

  test("fails when only everything together is accepted", () => {
    const changes = replayed([
      { course: refused },
      { course: accepted, set: "everything", carriers: [sid, { kind: "cookie", name: "device" }] },
    ]);
    failsAlone("session-survives-logout", "high", changes, "cookie device");
  });

  test("fails when an earlier value of the cookie is accepted", () => {
    const changes = replayed([
      { course: refused },
      { course: refused, set: "earlier values", control: null, value: "sha256:00000001" },
      { course: accepted, set: "earlier values", control: null, value: "sha256:00000002" },
    ]);
    failsAlone("session-survives-logout", "high", changes, "an earlier value");
  });

  test("tells several earlier values apart also where they are not named", () => {
    const earlier = { set: "earlier values", control: null } as const;
    const changes = replayed([
      { course: refused },
      { ...earlier, course: accepted },
      { ...earlier, course: refused.map(([after, it]) => [after + 5, it] as const) },
    ]);
    failsAlone("session-survives-logout", "high", changes, "an earlier value");
  });

  test("fails when the answers before the logout were not clear, and those after it are", () => {
    failsAlone(
      "session-survives-logout",
      "high",
      replayed({ course: accepted, control: "unclear" }, []),
    );
  });

  test("does not pass on refusals of what was not accepted before", () => {
    const changes = replayed({ course: refused, control: "refused" });
    expect(verdictOf("session-survives-logout", changes)).toBe("inconclusive");
    expect(failures(changes)).toEqual([]);
  });

  test("does not pass on refusals of an earlier value alone", () => {
    const changes = replayed([
      { course: always("unclear") },
      { course: refused, set: "earlier values", control: null },
    ]);
    expect(verdictOf("session-survives-logout", changes)).toBe("inconclusive");
  });

  test("stays open when all answers are unclear, or nothing was replayed", () => {
    expect(verdictOf("session-survives-logout", replayed({ course: always("unclear") }, []))).toBe(
      "inconclusive",
    );
    expect(verdictOf("session-survives-logout", replayed({ course: [] }, []))).toBe("inconclusive");
  });

  test("says of which probes the answers were not clear", () => {
    const changes = replayed([{ course: refused }, { course: always("unclear"), probe: "p2" }]);
    expect(findingOf("session-survives-logout", changes)).toMatchObject({
      verdict: "pass",
      reason: expect.stringContaining("Not clear were the answers of 1 probe.") as unknown,
    });
  });
});

describe("token-survives-logout", () => {
  test("fails when a token in a header is accepted to the last", () => {
    failsAlone(
      "token-survives-logout",
      "high",
      tokened({ course: accepted }),
      "header authorization",
    );
  });

  test("speaks for a set of cookie and header, and for everything of such a probe", () => {
    const carriers = [sid, bearer];
    const changes = {
      survey: { sets: [setOf(carriers)] },
      ...replayed([
        { course: refused, carriers },
        { course: accepted, carriers, set: "everything" },
      ]),
    };
    failsAlone("token-survives-logout", "high", changes);
  });

  test("says that HTTP authentication knows no end", () => {
    const changes = tokened({ course: accepted });
    const { reason } = findingOf("token-survives-logout", {
      ...changes,
      survey: { ...changes.survey, httpAuthentication: true },
    });
    expect(reason).toContain("sends the password itself");
  });

  test("passes when it is refused, and does not apply where there is none", () => {
    expect(verdictOf("token-survives-logout", tokened({ course: refused }))).toBe("pass");
    expect(verdictOf("token-survives-logout")).toBe("not-applicable");
    expect(verdictOf("session-survives-logout", tokened({ course: refused }))).toBe(
      "not-applicable",
    );
  });

  test("a cookie that carries no identity makes no cookie session of it", () => {
    const changes = tokened({ course: refused });
    const consent = { kind: "cookie", name: "consent" } as const;
    const replays = replaysOf([
      { course: refused, carriers: [bearer] },
      { course: refused, carriers: [bearer, consent], set: "everything", probe: "p3" },
    ]);
    expect(verdictOf("session-survives-logout", { ...changes, departure: { replays } })).toBe(
      "not-applicable",
    );
  });
});

describe("remember-me-survives-logout", () => {
  const alone = { carriers: [remember], rememberMe: true };

  test("fails when the token is accepted, and everything with it is told once", () => {
    const changes = remembering(
      { course: refused },
      { ...everything, course: accepted },
      { ...everything, course: accepted, probe: "p2" },
      { ...alone, course: accepted },
    );
    failsAlone("remember-me-survives-logout", "high", changes, "cookie remember");
  });

  test("fails when everything spends the token, which then is refused", () => {
    const once = [
      [20, "accepted"],
      [1000, "refused"],
      [3000, "refused"],
    ] as const;
    const changes = remembering(
      { course: refused },
      { ...everything, course: once },
      { ...everything, course: refused, probe: "p2" },
      { ...alone, course: refused },
    );
    failsAlone("remember-me-survives-logout", "high", changes);
  });

  test("leaves a delay that hits the session as well to revocation-delayed", () => {
    const course = [
      [20, "accepted"],
      [1000, "accepted"],
      [3000, "refused"],
    ] as const;
    const changes = remembering({ course }, { ...everything, course }, { ...alone, course });
    failsAlone("revocation-delayed", "low", changes);
    expect(verdictOf("remember-me-survives-logout", changes)).toBe("pass");
  });

  test("is not blamed for a session that survives by itself", () => {
    const changes = remembering(
      { course: accepted },
      { ...everything, course: accepted },
      { ...alone, course: refused },
    );
    failsAlone("session-survives-logout", "high", { ...changes });
    expect(verdictOf("remember-me-survives-logout", changes)).toBe("pass");
  });

  test("passes when it is refused", () => {
    const changes = remembering(
      { course: refused },
      { ...everything, course: refused },
      { ...alone, course: refused },
    );
    expect(failures(changes)).toEqual([]);
    expect(verdictOf("remember-me-survives-logout", changes)).toBe("pass");
    expect(verdictOf("session-survives-logout", changes)).toBe("pass");
  });

  test("stays open when it was not accepted before", () => {
    const changes = remembering(
      { course: refused },
      { ...alone, course: refused, control: "refused" },
    );
    expect(verdictOf("remember-me-survives-logout", changes)).toBe("inconclusive");
  });
});

describe("everything together, where several kinds of credentials sign in", () => {
  const survey = { sets: [setOf([sid]), setOf([bearer]), rememberSet] };
  const all = { set: "everything", carriers: [sid, remember, bearer] } as const;

  test("is laid to the kind that is accepted alone", () => {
    const changes = replayed([
      { course: always("unclear") },
      { course: accepted, carriers: [bearer] },
      { ...all, course: accepted },
    ]);
    failsAlone("token-survives-logout", "high", { ...changes, survey });
  });

  test("is laid to a remember-me token that is accepted with another probe", () => {
    const changes = replayed([
      { course: always("unclear"), probe: "p2" },
      { ...all, course: accepted, probe: "p2" },
      { course: accepted, carriers: [remember], rememberMe: true },
    ]);
    failsAlone("remember-me-survives-logout", "high", {
      ...changes,
      survey: { sets: [setOf([sid], { probe: "p2" }), rememberSet] },
    });
  });

  test("refused, it proves all of them dead", () => {
    const changes = replayed([
      { course: always("unclear") },
      { course: always("unclear"), carriers: [bearer] },
      { ...all, course: refused },
    ]);
    expect(verdictOf("session-survives-logout", { ...changes, survey })).toBe("pass");
    expect(verdictOf("token-survives-logout", { ...changes, survey })).toBe("pass");
  });

  test("on a probe without sets it is of the kind that the others are", () => {
    const own = { kind: "header", name: "x-session" } as const;
    const consent = { kind: "cookie", name: "consent" } as const;
    const changes = replayed([
      { course: refused, carriers: [own] },
      { course: accepted, carriers: [own, consent], set: "everything", probe: "p3" },
    ]);
    failsAlone("token-survives-logout", "high", {
      ...changes,
      survey: { sets: [setOf([own])], cookies: [] },
    });
  });
});

describe("revocation-delayed", () => {
  const delayed = [
    [20, "accepted"],
    [1000, "accepted"],
    [3000, "refused"],
    [10_000, "refused"],
  ] as const;

  test("measures the window", () => {
    failsAlone(
      "revocation-delayed",
      "low",
      replayed({ course: delayed }, [{ accepted: 10 }, { refused: 10, after: 3100 }]),
      "until 1.0 s",
      "from 3.0 s on",
    );
    expect(verdictOf("session-survives-logout", replayed({ course: delayed }, []))).toBe("pass");
  });

  test("is worse when the window is long", () => {
    const course = [
      [20, "accepted"],
      [10_000, "accepted"],
      [30_000, "refused"],
    ] as const;
    failsAlone("revocation-delayed", "medium", replayed({ course }, []), "until 10 s");
  });

  test("a batch that meets the very change is no disagreement", () => {
    const torn = [{ after: 2000, accepted: 4, refused: 6 }];
    failsAlone("revocation-delayed", "low", replayed({ course: delayed }, torn));
  });

  test("judges tokens in headers, too", () => {
    failsAlone("revocation-delayed", "low", tokened({ course: delayed }));
  });

  test("passes when all are refused, stays open when none is, and needs something to ask", () => {
    expect(verdictOf("revocation-delayed")).toBe("pass");
    expect(verdictOf("revocation-delayed", replayed({ course: accepted }, []))).toBe(
      "inconclusive",
    );
    const none = { survey: { sets: [] }, ...replayed([]) };
    expect(verdictOf("revocation-delayed", none)).toBe("not-applicable");
    expect(verdictOf("instances-disagree", none)).toBe("not-applicable");
  });

  test("acts that are looked at at once may meet the same delay", () => {
    const alive = {
      how: "",
      done: true,
      here: "accepted",
      there: "accepted",
      exchange: "x2",
    } as const;
    const slow = {
      inFlight: 2,
      slowest: 100,
      after: "accepted",
      by: "old credentials",
      exchange: "x2",
    } as const;
    const changes = {
      ...replayed({ course: delayed }, []),
      parts: { logoutAll: alive, passwordChange: alive, slowRequest: slow },
    };
    failsAlone("revocation-delayed", "low", changes);
  });
});

describe("instances-disagree", () => {
  test("fails when one moment knows both answers", () => {
    const changes = replayed({ course: accepted }, [{ accepted: 5, refused: 5 }]);
    failsAlone("instances-disagree", "high", changes, "cookie sid");
    expect(verdictOf("session-survives-logout", changes)).toBe("inconclusive");
    expect(verdictOf("revocation-delayed", changes)).toBe("inconclusive");
  });

  test("fails when the asked ones happened to be refused, and a parallel one was not", () => {
    failsAlone(
      "instances-disagree",
      "high",
      replayed({ course: refused }, [{ accepted: 1, refused: 9 }]),
    );
  });

  test("fails when the answers take turns", () => {
    const course = [
      [20, "accepted"],
      [1000, "refused"],
      [3000, "accepted"],
      [10_000, "refused"],
    ] as const;
    failsAlone("instances-disagree", "high", replayed({ course }, []));
  });

  test("fails when each set always meets the same instance", () => {
    const changes = replayed(
      [{ course: refused }, { course: accepted, probe: "p2" }],
      [{ accepted: 5, refused: 5 }],
    );
    failsAlone("instances-disagree", "high", changes);
  });

  test("passes when all say the same, and stays open when nothing is clear", () => {
    expect(verdictOf("instances-disagree")).toBe("pass");
    expect(verdictOf("instances-disagree", replayed({ course: always("unclear") }, []))).toBe(
      "inconclusive",
    );
  });
});

describe("what a surviving session makes undecidable", () => {
  const alive = replayed({ course: accepted }, [{ accepted: 10 }]);

  test("a channel that goes on", () => {
    const channels = [
      {
        kind: "SSE",
        url: "https://shop.example/events",
        anonymous: false,
        closedAfter: null,
        messagesAfter: 4,
        watchedFor: 5000,
      },
    ] as const;
    failsAlone("session-survives-logout", "high", {
      departure: { ...alive.departure, channels },
    });
  });

  test("credentials that a tab brings back, and a request in flight", () => {
    const slowRequest = {
      inFlight: 2,
      slowest: 100,
      after: "accepted",
      by: "old credentials",
      exchange: "x2",
    } as const;
    failsAlone("session-survives-logout", "high", {
      departure: {
        ...alive.departure,
        otherTab: { stays: false, text: null, reinstalled: ["cookie sid"] },
      },
      parts: { slowRequest },
    });
  });

  test("a logout under a rate limit that answers well", () => {
    const rateLimit = {
      sent: 21,
      limitedAt: 21,
      logoutStatus: 303,
      sessionAfter: "accepted",
      exchange: "x2",
      headers: [],
    } as const;
    failsAlone("session-survives-logout", "high", { ...alive, parts: { rateLimit } });
  });

  test("nothing, where it does not survive", () => {
    expect(failures(replayed(refusedFrom(5)))).toEqual([]);
  });
});
