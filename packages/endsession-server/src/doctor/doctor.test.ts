/** What the doctor finds, and what it says to do. */
import { existsSync } from "node:fs";
import { describe, expect, inject, it } from "vitest";
import { startRedis } from "../../../../test/services/redis.ts";
import type {} from "../../../../test/services/setup.ts";
import { newFile, run } from "../test-support/run.ts";

describe("endsession doctor", () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      "a cookie domain of another host",
      { ENDSESSION_COOKIE_DOMAIN: "other.example" },
      /cookie domain +Browsers refuse/,
    ],
    [
      "SameSite=None over http",
      { ENDSESSION_COOKIE_SAME_SITE: "None", ENDSESSION_ORIGIN: "http://localhost:3000" },
      /SameSite +None needs Secure/,
    ],
    [
      "a plain http origin",
      { ENDSESSION_ORIGIN: "http://app.example" },
      /scheme +The origin is http/,
    ],
    [
      "proxies without bounds",
      { ENDSESSION_TRUSTED_PROXIES: "0.0.0.0/0" },
      /trusted proxies +0\.0\.0\.0\/0 lets/,
    ],
    ["a weak token", { ENDSESSION_SERVICE_TOKEN: "a".repeat(40) }, /service token +It repeats/],
    [
      "no Redis",
      { ENDSESSION_REDIS: "redis://:hidden@127.0.0.1:1" },
      /Redis +"redis:\/\/127\.0\.0\.1:1": /,
    ],
    [
      "no PostgreSQL",
      { ENDSESSION_DATABASE: "postgres://u:hidden@127.0.0.1:1/d" },
      /database +"postgres:\/\/127/,
    ],
    ["memory", { ENDSESSION_DATABASE: ":memory:" }, /shared store +The sessions are gone/],
  ])("fails, and says what to do: %s", async (_, wrong, expected) => {
    const path = newFile();
    const env = {
      ENDSESSION_DATABASE: path,
      ENDSESSION_SERVICE_TOKEN: "fK3q9Zx7Lm2Vb8Nw4Rt6Yp1Sd5Gh0Jc_a",
      ENDSESSION_ORIGIN: "https://app.example",
      ...wrong,
    };
    const { code, out, err } = await run(["doctor"], env);
    const [failure = "", ...more] = out.split("\n").filter((line) => line.startsWith("fail"));
    expect(failure).toMatch(expected);
    expect(more).toEqual([]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^endsession: 1 of \d+ checks failed\.\n$/),
    ]);
    expect(out + err).not.toContain("hidden");
    // Looking makes no file.
    expect(existsSync(path)).toBe(false);
  });

  it.runIf(inject("redis"))("finds an eviction policy that forgets", async () => {
    const env = {
      ENDSESSION_REDIS: inject("redis") ?? "",
      ENDSESSION_SERVICE_TOKEN: "fK3q9Zx7Lm2Vb8Nw4Rt6Yp1Sd5Gh0Jc_a",
    };
    const policy = async (): Promise<string | undefined> => {
      const { out } = await run(["doctor", "--json"], env);
      const findings = JSON.parse(out) as { check: string; state: string }[];
      return findings.find(({ check }) => check === "eviction policy")?.state;
    };
    expect(await policy()).toBe("ok");
    const evicting = await startRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });
    env.ENDSESSION_REDIS = evicting.url;
    expect(await policy()).toBe("fail");
    await evicting.stop();
  });
});
