import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judge } from "../judge.ts";
import { audits } from "./index.ts";
import { artifactsWith, bearer, replaysOf, refusedFrom, setOf } from "./test-support/artifacts.ts";

const { requirements } = JSON.parse(
  readFileSync(new URL("../../../../docs/requirements.json", import.meta.url), "utf8"),
) as { readonly requirements: readonly { readonly id: string }[] };
const known = new Set(requirements.map(({ id }) => id));

const quick = [
  ["session-survives-logout", "token-survives-logout", "remember-me-survives-logout"],
  ["revocation-delayed", "instances-disagree", "cookie-not-deleted", "cookie-flags"],
  ["cookie-twins", "logout-by-get", "back-button-shows-page", "other-device-ended"],
  ["private-page-cacheable", "client-data-left", "token-in-web-storage"],
].flat();

describe("the list", () => {
  test("holds 39 audits, each once", () => {
    expect(new Set(audits.map(({ id }) => id)).size).toBe(39);
    expect(audits).toHaveLength(39);
  });

  test("marks those of the quick set", () => {
    const marked = audits.filter((audit) => audit.quick).map(({ id }) => id);
    expect(marked.toSorted()).toEqual(quick.toSorted());
  });

  test.each(audits.map((audit) => [audit.id, audit] as const))("%s is complete", (_, audit) => {
    const { title, failTitle, why, fix, bounty, cwe, requirements: ids } = audit;
    expect(title).not.toBe(failTitle);
    for (const text of [title, failTitle, bounty]) expect(text).toMatch(/^[A-Z].*[^.]$/u);
    for (const text of [why, fix]) expect(text).toMatch(/^[A-Z][^]*\.$/u);
    expect(cwe).toBeGreaterThan(0);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    const strangers = ids.filter((id) => !known.has(id) && !/^(?:ASVS|WSTG|RFC|NIST)\b/u.test(id));
    expect(strangers).toEqual([]);
    expect(ids.some((id) => known.has(id))).toBe(true);
  });
});

describe("a right application", () => {
  test("passes everything that applies to it", () => {
    const left = judge(artifactsWith()).filter(({ verdict }) => verdict !== "pass");
    expect(left.map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`)).toEqual([
      "token-survives-logout not-applicable: No request header carries the identity here.",
      "remember-me-survives-logout not-applicable: No remember-me token was found.",
      "clear-site-data-misused not-applicable: No Clear-Site-Data was seen.",
    ]);
  });

  test("that signs in by a bearer token neither fails nor stays open", () => {
    const findings = judge(
      artifactsWith({
        survey: { sets: [setOf([bearer])], cookies: [], anonymousCookies: [] },
        departure: {
          replays: replaysOf({ ...refusedFrom(20), carriers: [bearer] }),
        },
        ways: {
          crossSite: { tried: false, how: "", ended: null, exchange: null, token: false },
        },
        answers: {
          bearer: true,
          dead: {
            status: 401,
            location: null,
            shape: "error",
            deletesCookies: false,
            exchange: "x2",
          },
          random: {
            status: 401,
            location: null,
            shape: "error",
            deletesCookies: false,
            exchange: "x2",
          },
          none: {
            status: 401,
            location: null,
            shape: "error",
            deletesCookies: false,
            exchange: "x2",
          },
        },
      }),
    );
    const wrong = findings.filter(
      ({ verdict }) => verdict === "fail" || verdict === "inconclusive",
    );
    expect(wrong.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(findings.find(({ id }) => id === "token-survives-logout")?.verdict).toBe("pass");
  });
});

describe("what was not collected", () => {
  const parts = [...new Set(audits.map(({ needs }) => needs))];

  test.each(parts)("%s: nothing that needs it passes or fails", (needs) => {
    const gap = { reason: "It broke off.", notApplicable: false };
    const findings = judge(artifactsWith({ gaps: { [needs]: gap } }));
    const touched = audits.filter((audit) => audit.needs === needs).map(({ id }) => id);
    for (const { id, verdict, reason } of findings.filter((it) => touched.includes(it.id))) {
      expect([id, verdict, reason]).toEqual([id, "inconclusive", "It broke off."]);
    }
    expect(findings.filter(({ verdict }) => verdict === "fail")).toEqual([]);
  });

  test("a destructive act that nobody asked for is not applicable", () => {
    const gaps = {
      logoutAll: { reason: "Not asked for (--logout-all).", notApplicable: true },
      passwordChange: { reason: "Not asked for (--change-password).", notApplicable: true },
      idle: { reason: "Not asked for (--patient).", notApplicable: true },
    };
    const asked = [
      "logout-all-incomplete",
      "password-change-keeps-sessions",
      "idle-timeout-missing",
    ];
    const verdicts = judge(artifactsWith({ gaps }), asked).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["not-applicable", "not-applicable", "not-applicable"]);
  });
});

describe("judge", () => {
  test("judges only what is asked for, in the order of the list", () => {
    const only = ["cookie-flags", "session-survives-logout"];
    expect(judge(artifactsWith(), only).map(({ id }) => id)).toEqual(only.toReversed());
    expect(judge(artifactsWith(), [])).toEqual([]);
  });

  test("refuses an id that no audit has", () => {
    expect(() => judge(artifactsWith(), ["cookie-flag"])).toThrow(/cookie-flag\b/u);
  });

  test("gives plain JSON, and names only exchanges that were kept", () => {
    const artifacts = { ...artifactsWith(), exchanges: {} };
    const findings = judge(artifacts);
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
    expect(findings.flatMap(({ evidence }) => evidence.filter((it) => "exchange" in it))).toEqual(
      [],
    );
    const kept = judge(artifactsWith(), ["session-survives-logout"])[0]?.evidence ?? [];
    expect(kept.map(({ exchange }) => exchange)).toEqual(["x3", "x3"]);
  });
});

describe("a logout that may not have been done", () => {
  const afterwards = [
    ["session-survives-logout", "revocation-delayed", "instances-disagree"],
    ["cookie-not-deleted", "other-device-ended", "back-button-shows-page", "client-data-left"],
    ["service-worker-serves-private", "other-tab-stays", "tab-reinstalls-credentials"],
    ["open-channel-survives", "sso-signs-back-in", "logout-by-get", "logout-by-prefetch"],
    ["logout-cross-site", "logout-needs-live-session", "logout-leaks-validity"],
    ["redirect-not-safe", "rate-limit-blocks-logout", "refresh-survives-logout"],
    ["slow-request-resurrects"],
  ].flat();

  test.each([
    ["uncertain control", { certain: false }, "is not certain"],
    [
      "no request, still signed in",
      { browser: "accepted", request: null, status: null },
      "No request",
    ],
    ["refused request", { browser: "accepted", status: 403 }, "answered with 403"],
    ["no answer", { browser: "accepted", status: 0 }, "not answered"],
  ] as const)("%s: what follows from it stays open", (_, signOut, says) => {
    const findings = judge(artifactsWith({ signOut }), afterwards);
    for (const { id, verdict, reason } of findings) {
      expect([id, verdict, reason.includes(says)]).toEqual([id, "inconclusive", true]);
    }
    expect(findings).toHaveLength(afterwards.length);
  });
});
