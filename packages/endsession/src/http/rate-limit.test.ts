import { describe, expect, it } from "vitest";
import { createRateLimit, networkOf } from "./rate-limit.ts";

describe("RL-01 RL-03: the limit", () => {
  it("allows 20 in 300 s a key and says so in its headers", async () => {
    const limit = createRateLimit({});
    for (let call = 1; call <= 20; call += 1) {
      const counted = await limit.count("user a");
      expect(counted.allowed).toBe(true);
      expect(counted.headers["ratelimit-policy"]).toBe('"logout";q=20;w=300');
      expect(counted.headers["ratelimit"]).toBe(`"logout";r=${20 - call};t=300`);
      expect(counted.headers["retry-after"]).toBeUndefined();
    }
    const refused = await limit.count("user a");
    expect(refused.allowed).toBe(false);
    expect(refused.headers["retry-after"]).toBe("300");
    expect(refused.headers["ratelimit"]).toMatch(/^"logout";r=0;t=\d+$/);
    expect((await limit.count("user b")).allowed).toBe(true);
  });
});

describe("a look", () => {
  it("counts nothing", async () => {
    const limit = createRateLimit({ limit: 2 });
    await limit.count("key");
    for (let look = 0; look < 5; look += 1) {
      expect((await limit.look("key")).headers["ratelimit"]).toMatch(/r=1;/);
    }
    expect((await limit.look("unknown")).headers["ratelimit"]).toBe('"logout";r=2;t=300');
  });
});

describe("RL-04: anonymous requests are counted by network", () => {
  it.each([
    ["192.0.2.7", "192.0.2.0/24"],
    ["::ffff:192.0.2.7", "192.0.2.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:0db8::0001", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    [null, "unknown"],
  ])("%s belongs to %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
