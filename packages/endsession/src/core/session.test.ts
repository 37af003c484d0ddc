import { describe, expect, it } from "vitest";
import { judge, type SessionRecord } from "./session.ts";
import { profiles, timeoutsOf, touchInterval } from "./timeouts.ts";

const record = (over: Partial<SessionRecord> = {}): SessionRecord => ({
  id: "sid",
  tenantId: "default",
  userId: "ada",
  hasCookie: true,
  epoch: { installation: 1, tenant: 1, user: 1 },
  currentEpoch: { installation: 1, tenant: 1, user: 1 },
  epochReason: null,
  epochAuditId: null,
  createdAt: 0,
  authenticatedAt: 0,
  lastSeenAt: 0,
  expiresAt: 1000,
  idleTimeout: 100,
  methods: ["pwd"],
  device: { name: "curl", browser: "curl", platform: null },
  place: null,
  series: null,
  reauthenticationDemandedAt: null,
  endedAt: null,
  endReason: null,
  endAuditId: null,
  family: null,
  ...over,
});

describe("judge", () => {
  it("TO-01: refuses from the first millisecond of the idle timeout on", () => {
    expect(judge(record(), 99)).toEqual({ live: true });
    expect(judge(record(), 100)).toMatchObject({ live: false, reason: "expired_idle" });
    expect(judge(record({ idleTimeout: null }), 999)).toEqual({ live: true });
  });

  it("TO-02 CK-10: refuses from the first millisecond of the absolute timeout on", () => {
    const active = record({ lastSeenAt: 950 });
    expect(judge(active, 999)).toEqual({ live: true });
    expect(judge(active, 1000)).toMatchObject({ live: false, reason: "expired_absolute" });
  });

  it.each(["installation", "tenant", "user"] as const)("refuses another %s epoch", (counter) => {
    for (const value of [0, 2]) {
      const currentEpoch = { installation: 1, tenant: 1, user: 1, [counter]: value };
      const risen = record({ currentEpoch, epochReason: "password_changed", epochAuditId: "a" });
      const verdict = { live: false, reason: "password_changed", auditId: "a" };
      expect(judge(risen, 1)).toEqual(verdict);
    }
  });

  it("tells the end before any timeout", () => {
    const ended = record({ endedAt: 5, endReason: "logout", endAuditId: "end" });
    expect(judge(ended, 5000)).toEqual({ live: false, reason: "logout", auditId: "end" });
  });
});

describe("the profiles", () => {
  it("TO-01 TO-02: keep within the figures of NIST SP 800-63B-4", () => {
    const hour = 3_600_000;
    expect(profiles.aal1.absolute).toBeLessThanOrEqual(30 * 24 * hour);
    expect(profiles.aal2).toEqual({ idle: hour, absolute: 24 * hour });
    expect(profiles.aal3).toEqual({ idle: hour / 4, absolute: 12 * hour });
    expect(profiles["owasp-high"].idle).toBeLessThanOrEqual(5 * 60_000);
  });

  it.each([
    ["aal9", /"profile" is "aal9"/],
    [{ idle: null, absolute: 0 }, /"profile.absolute" is 0/],
    [{ idle: 5, absolute: Number.NaN }, /"profile.absolute" is NaN/],
    [{ idle: 2000, absolute: 1000 }, /"profile.idle" is 2000/],
  ])("refuse %j with a sentence", (profile, sentence) => {
    expect(() => timeoutsOf(profile as never)).toThrow(sentence);
  });

  it("write activity down often enough for their idle timeout", () => {
    for (const { idle } of Object.values(profiles)) {
      if (idle !== null) expect(touchInterval(idle)).toBeLessThanOrEqual(idle / 10);
    }
  });
});
