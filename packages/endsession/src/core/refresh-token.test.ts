/** The rule of rotation, checked over every interleaving of a small model (standards 4.2). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideRefresh, graceUsesPerGeneration, type RefreshFamily } from "./refresh-token.ts";

const W = 10_000;
const minutes = 60_000;
const year = 365 * 24 * 60 * minutes;

interface Token {
  readonly generation: number;
  readonly tokenHash: string;
}

/** A server that keeps one family's row and carries out what `decideRefresh` says. */
class Server {
  now = 0;
  ended = false;
  generations = 1;
  #family: RefreshFamily = {
    id: "family",
    clientId: null,
    generation: 0,
    tokenHash: "h0",
    previousHash: null,
    sealedSuccessor: null,
    rotatedAt: 0,
    confirmedAt: null,
    graceUses: 0,
    graceRun: 0,
    expiresAt: year,
    idleExpiresAt: year,
    revokedAt: null,
  };

  refresh(token: Token): Token | null {
    if (this.ended) return null;
    const family = this.#family;
    const decision = decideRefresh(family, { ...token, clientId: null }, this.now, W);
    switch (decision) {
      case "rotate":
        this.generations += 1;
        this.#family = {
          ...family,
          generation: family.generation + 1,
          previousHash: family.tokenHash,
          tokenHash: `h${family.generation + 1}`,
          rotatedAt: this.now,
          confirmedAt: null,
          graceRun: family.graceUses > 0 ? family.graceRun + 1 : 0,
          graceUses: 0,
        };
        return this.newest();
      case "repeat_current":
        this.#family = { ...family, confirmedAt: family.confirmedAt ?? this.now };
        return token;
      case "repeat_in_grace":
        this.#family = { ...family, graceUses: family.graceUses + 1 };
        return this.newest();
      case "repeat_successor":
        return this.newest();
      case "reuse":
      case "grace_exhausted":
        this.ended = true;
        return null;
      default:
        return null;
    }
  }

  /** A request with an access token of a generation. */
  use(generation: number): void {
    const family = this.#family;
    if (generation === family.generation && family.confirmedAt === null) {
      this.#family = { ...family, confirmedAt: this.now };
    }
  }

  newest(): Token {
    return { generation: this.#family.generation, tokenHash: this.#family.tokenHash };
  }
}

type Step = "wait" | "refresh" | "lost answer" | "two tabs";
const steps: readonly Step[] = ["wait", "refresh", "lost answer", "two tabs"];

/** An honest client: keeps the newest token it was given and uses what it gets. */
function honest(sequence: readonly Step[]): { signedOut: boolean; server: Server } {
  const server = new Server();
  let token = server.newest();
  for (const step of sequence) {
    if (step === "wait") server.now += 15 * minutes;
    const answer = step === "wait" ? token : server.refresh(token);
    const second = step === "two tabs" ? server.refresh(token) : answer;
    if (answer === null || second === null) return { signedOut: true, server };
    if (step === "two tabs") expect(second).toEqual(answer);
    if (step !== "lost answer" && step !== "wait") {
      token = answer;
      server.use(token.generation);
    }
  }
  return { signedOut: false, server };
}

function sequences(length: number): Step[][] {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((rest) => steps.map((step) => [...rest, step]));
}

describe("RT-02 RT-03 RT-04 RT-05: over every sequence of 8 steps", () => {
  it("an honest client with lost answers and two tabs is never signed out", () => {
    const all = sequences(8);
    expect(all).toHaveLength(65_536);
    const failed = all.filter((sequence) => honest(sequence).signedOut);
    expect(failed).toEqual([]);
  });

  it("a thief and a client never both live on once each has come back after W", () => {
    const undetected: string[] = [];
    for (let order = 0; order < 2 ** 8; order += 1) {
      const turns = Array.from({ length: 8 }, (_, turn) => (order >> turn) & 1);
      for (const gap of [30_000, 15 * minutes]) {
        const server = new Server();
        const holds = [server.newest(), server.newest()];
        for (const who of turns) {
          server.now += gap;
          const answer = holds[who] && server.refresh(holds[who]);
          if (!answer) continue;
          holds[who] = answer;
          server.use(answer.generation);
        }
        const bothCame = turns.includes(0) && turns.includes(1);
        if (server.ended !== bothCame) undetected.push(`${turns.join("")} at ${gap}`);
      }
    }
    expect(undetected).toEqual([]);
  });
});

describe("the decision", () => {
  const family = (over: Partial<RefreshFamily> = {}): RefreshFamily => ({
    id: "family",
    clientId: null,
    generation: 3,
    tokenHash: "h3",
    previousHash: "h2",
    sealedSuccessor: "sealed",
    rotatedAt: 100_000,
    confirmedAt: null,
    graceUses: 0,
    graceRun: 0,
    expiresAt: year,
    idleExpiresAt: year,
    revokedAt: null,
    ...over,
  });
  const decide = (
    of: RefreshFamily,
    generation: number,
    now: number,
    over: { tokenHash?: string; clientId?: string | null; grace?: number } = {},
  ): string => {
    const { tokenHash = `h${generation}`, clientId = null, grace = W } = over;
    return decideRefresh(of, { generation, tokenHash, clientId }, now, grace);
  };

  it("RT-04: the newest token inside W is repeated, not rotated a second time", () => {
    expect(decide(family(), 3, 100_000 + W - 1)).toBe("repeat_current");
    expect(decide(family(), 3, 100_000 + W)).toBe("rotate");
  });

  it("RT-03: the previous token works until its successor is confirmed, however late", () => {
    expect(decide(family(), 2, 100_000 + 5 * 60 * minutes)).toBe("repeat_successor");
  });

  it("RT-02: after the confirmation it works for W, and is reuse from then on", () => {
    const confirmed = family({ confirmedAt: 200_000 });
    expect(decide(confirmed, 2, 200_000 + W - 1)).toBe("repeat_in_grace");
    expect(decide(confirmed, 2, 200_000 + W)).toBe("reuse");
    expect(decide(confirmed, 1, 200_000)).toBe("reuse");
    expect(decide(confirmed, 0, 200_000)).toBe("reuse");
  });

  it("W = 0 is strict: no repeat once the successor is confirmed", () => {
    expect(decide(family({ confirmedAt: 100_000 }), 2, 100_000, { grace: 0 })).toBe("reuse");
    expect(decide(family(), 3, 100_000, { grace: 0 })).toBe("rotate");
  });

  it("grace is bounded: 10 repeats a generation, 3 generations in a row", () => {
    const confirmed = { confirmedAt: 200_000 };
    const used = family({ ...confirmed, graceUses: graceUsesPerGeneration });
    expect(decide(used, 2, 200_001)).toBe("grace_exhausted");
    expect(decide(family({ ...confirmed, graceRun: 3 }), 2, 200_001)).toBe("grace_exhausted");
    const second = family({ ...confirmed, graceRun: 2 });
    expect(decide(second, 2, 200_001)).toBe("repeat_in_grace");
  });

  it("RT-11: a wrong secret, another client or a generation to come ends nothing", () => {
    expect(decide(family(), 3, 300_000, { tokenHash: "guess" })).toBe("unknown");
    expect(decide(family(), 2, 300_000, { tokenHash: "guess" })).toBe("unknown");
    expect(decide(family(), 4, 300_000)).toBe("unknown");
    expect(decide(family(), 3, 300_000, { clientId: "another" })).toBe("unknown");
    expect(decide(family({ clientId: "app" }), 3, 300_000)).toBe("unknown");
  });

  it("RT-07 RT-08: neither the absolute end nor the idle end is ever passed", () => {
    expect(decide(family({ expiresAt: 300_000 }), 3, 300_000)).toBe("expired");
    expect(decide(family({ idleExpiresAt: 300_000 }), 3, 300_000)).toBe("expired");
    expect(decide(family({ idleExpiresAt: 300_000 }), 2, 300_000)).toBe("expired");
  });

  it("never rotates but for the newest token, whatever the row holds", () => {
    fc.assert(
      fc.property(
        fc.record({
          generation: fc.nat(6),
          presented: fc.nat(8),
          now: fc.nat(400_000),
          confirmedAt: fc.option(fc.nat(400_000)),
          rotatedAt: fc.nat(400_000),
          graceUses: fc.nat(12),
        }),
        ({ generation, presented, now, ...row }) => {
          const of = family({
            ...row,
            generation,
            tokenHash: `h${generation}`,
            previousHash: generation === 0 ? null : `h${generation - 1}`,
          });
          const decision = decide(of, presented, now);
          if (decision === "rotate") expect(presented).toBe(generation);
          if (presented < generation - 1) expect(decision).toBe("reuse");
        },
      ),
    );
  });
});
