/** What is held at places that are given to others later: compared with plain maps. */
import { describe, expect, it } from "vitest";
import { Chains, none, numberOf } from "./chains.ts";
import { Memory } from "./memory.ts";
import type { SessionRecord } from "../session.ts";
import { Random } from "../../test-support/simulation/random.ts";

describe("the chains", () => {
  it("find what was added and not removed, also where numbers share all their bits", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const pick = picker(seed);
      const chains = new Chains();
      const numbers = new Map<number, number>();
      for (let step = 0; step < 3000; step += 1) {
        const place = pick(400);
        if (numbers.has(place)) {
          chains.remove(place);
          numbers.delete(place);
        } else {
          // Few different ones, some of them equal in their last bits.
          const number = pick(40) * 2 ** pick(8);
          chains.add(number, place);
          numbers.set(place, number);
        }
        const asked = pick(40) * 2 ** pick(8);
        const expected = [...numbers].filter(([, number]) => number === asked);
        expect(placesOf(chains, asked)).toEqual(expected.map(([at]) => at).sort((a, b) => a - b));
      }
    }
  });

  it("have few chains of more than some: 100,000 ids spread well", () => {
    const random = new Random(7);
    const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".split("");
    const id = () => Array.from({ length: 22 }, () => random.pick(letters)).join("");
    const buckets = new Int32Array(2 ** 17);
    for (let n = 0; n < 100_000; n += 1) {
      const bucket = numberOf(id()) & (buckets.length - 1);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(buckets.reduce((most, size) => Math.max(most, size), 0)).toBeLessThan(12);
  });
});

describe("the memory", () => {
  it.each(Array.from({ length: 30 }, (_, n) => n + 1))(
    "RV-05: gives the session that a credential was last linked to, or none: seed %i",
    (seed) => {
      const pick = picker(seed);
      const most = 8 + pick(24);
      const memory = new Memory(most, 0);
      /** By credential: its session, and whether that may be believed still. */
      const linked = new Map<string, string>();
      const live = new Set<string>();
      const everEnded = new Set<string>();
      let [found, over] = [0, 0];
      for (let step = 0; step < 4000; step += 1) {
        const record = recordOf(pick(40));
        const text = `credential-${record.id}-${pick(2)}`;
        // Two credentials in three share their number with others.
        const number = pick(3) === 0 ? numberOf(text) : 5;
        const credential = `${number} ${text}`;
        const does = pick(12);
        if (does < 7) {
          memory.land(memory.begin(), [record]);
          live.add(record.id);
          memory.link(number, text, Number.POSITIVE_INFINITY, record.id);
          linked.set(credential, record.id);
        } else if (does < 9) {
          const { tenantId, userId, id } = record;
          const [ofUser, ofSession] = [pick(20) > 0, pick(3) > 0];
          const end = {
            tenantId,
            userId: ofUser || ofSession ? userId : null,
            sessionId: ofSession ? id : null,
          };
          memory.apply({ ...end, reason: "logout", auditId: null, epoch: null });
          if (ofSession) everEnded.add(id);
          for (let n = 0; n < 40; n += 1) {
            const other = recordOf(n);
            const meant = end.sessionId === null || other.id === id;
            const ofWhom = end.userId === null || other.userId === userId;
            if (meant && ofWhom && other.tenantId === tenantId) live.delete(other.id);
          }
        } else if (does === 9 && pick(40) === 0) {
          memory.clear();
          live.clear();
        }
        const known = memory.endOf(number, text);
        if (known) {
          over += 1;
          expect(known.session.id).toBe(linked.get(credential));
          expect(everEnded.has(record.id)).toBe(true);
        }
        const place = memory.find(number, text, 0);
        if (place === none) continue;
        expect(known).toBeUndefined();
        found += 1;
        expect(memory.sessions.at(place).id).toBe(linked.get(credential));
        expect(live.has(record.id)).toBe(true);
        expect(memory.sessions.tenantOf(place)).toBe(record.tenantId);
        expect(memory.sessions.size).toBeLessThanOrEqual(most);
      }
      expect(found).toBeGreaterThan(500);
      expect(over).toBeGreaterThan(20);
    },
  );

  it("forgets the oldest credentials when there are too many, and sessions that have none left", () => {
    const memory = new Memory(1000, 0);
    const texts = Array.from({ length: 1400 }, (_, n) => `${n}`.padStart(22, "x"));
    for (const [n, text] of texts.entries()) {
      const record = recordOf(Math.floor(n / 2));
      memory.land(memory.begin(), [record]);
      memory.link(numberOf(text), text, Number.POSITIVE_INFINITY, record.id);
    }
    const held = texts.filter((text) => memory.find(numberOf(text), text, 0) !== none);
    expect(held.length).toBeGreaterThan(990);
    expect(held.length).toBeLessThanOrEqual(1000);
    expect(held).toContain(texts.at(-1));
    expect(held).not.toContain(texts.at(2));
    expect(memory.sessions.size).toBeLessThanOrEqual(501);
  });

  it("forgets the oldest sessions when there are too many, with and without credentials", () => {
    const memory = new Memory(100, 0);
    for (let n = 0; n < 300; n += 1) memory.land(memory.begin(), [recordOf(n)]);
    expect(memory.sessions.size).toBe(100);
    expect(memory.sessions.find(recordOf(299).id)).not.toBe(none);
    expect(memory.sessions.find(recordOf(2).id)).toBe(none);
  });
});

/** Whole numbers below a bound. */
function picker(seed: number): (bound: number) => number {
  const random = new Random(seed);
  return (bound) => Math.floor(random.between(0, bound));
}

function placesOf(chains: Chains, number: number): number[] {
  const places: number[] = [];
  for (let at = chains.first(number); at !== none; at = chains.after(at)) places.push(at);
  return places.sort((a, b) => a - b);
}

function recordOf(n: number): SessionRecord {
  const epoch = { user: 1, tenant: 1, installation: 1 };
  return {
    id: `session-${n}`.padEnd(22, "-"),
    tenantId: `tenant-${n % 2}`,
    userId: `user-${n % 7}`,
    hasCookie: true,
    epoch,
    currentEpoch: epoch,
    epochReason: null,
    epochAuditId: null,
    createdAt: 0,
    authenticatedAt: 0,
    lastSeenAt: 0,
    expiresAt: 1e9,
    idleTimeout: null,
    methods: ["pwd"],
    device: { name: "Firefox", browser: "Firefox", platform: null },
    place: null,
    series: null,
    reauthenticationDemandedAt: null,
    endedAt: null,
    endReason: null,
    endAuditId: null,
    family: null,
  };
}
