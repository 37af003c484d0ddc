/** What is called out by Redis, and what becomes of what anybody else says there. */
import { describe, expect, it } from "vitest";
import type { End } from "../core/feed.ts";
import { hear, wakeUp } from "./messages.ts";

const end: End = {
  tenantId: "default",
  userId: "a user with spaces and \u{1f511}",
  sessionId: "s1",
  reason: "logout",
  auditId: "a1",
  epoch: null,
};
const everything: End = {
  tenantId: null,
  userId: null,
  sessionId: null,
  reason: null,
  auditId: null,
  epoch: 7,
};

/** What a listener is told of a message. */
function heard(message: string): unknown[] {
  const told: unknown[] = [];
  hear(message, {
    woken: (...values) => told.push(["woken", ...values]),
    acknowledged: (...values) => told.push(["acknowledged", ...values]),
  });
  return told;
}

/** As versions read messages that know nothing of ends in them. */
function heardBefore(message: string): unknown[] {
  const [kind, id = "", applied = ""] = message.split(" ");
  return kind === "a" ? ["acknowledged", id, applied] : ["woken", id];
}

describe("a wake-up by Redis", () => {
  it("tells which ends there are", () => {
    const ends = [end, everything];
    expect(heard(wakeUp("one", ends, "proof"))).toEqual([["woken", "one", ends, "proof"]]);
    expect(heard(wakeUp("one", ends, ""))).toEqual([["woken", "one", ends, ""]]);
    expect(heard(wakeUp("one", [], ""))).toEqual([["woken", "one", [], ""]]);
  });

  it("tells of very many only that they are there", () => {
    const many = (count: number): string => wakeUp("one", Array<End>(count).fill(end), "proof");
    expect(heard(many(256))).toEqual([["woken", "one", Array<End>(256).fill(end), "proof"]]);
    expect(many(257)).toBe("w one");
    expect(wakeUp("one", [{ ...end, userId: "x".repeat(70_000) }], "")).toBe("w one");
  });

  it("is understood by versions that know nothing of ends in it, and theirs is here", () => {
    expect(heardBefore(wakeUp("one", [end, everything], "proof"))).toEqual(["woken", "one"]);
    expect(heard("w one")).toEqual([["woken", "one", [], ""]]);
    expect(heard("a one 1|2:3:")).toEqual([["acknowledged", "one", "1|2:3:"]]);
  });

  it("tells of no ends when they are not as they should be", () => {
    const told = ["default", "ada", "s1", "logout", "a1", null];
    const forged = [
      "{",
      "null",
      "7",
      '"ends"',
      "{}",
      "[null]",
      "[{}]",
      "[[]]",
      JSON.stringify([told.slice(1)]),
      JSON.stringify([told.with(1, null).with(2, ["s1"] as never)]),
      JSON.stringify([told, told.with(5, "1")]),
      JSON.stringify([told.with(0, 1 as never)]),
      JSON.stringify(Array(257).fill(told)),
      JSON.stringify([told.with(1, "x".repeat(70_000))]),
      `${"[".repeat(50_000)}`,
    ];
    for (const ends of forged) {
      expect(heard(`w one proof ${ends}`)).toEqual([["woken", "one", [], "proof"]]);
    }
    for (const message of ["", " ", "w", "w ", "ä", "w  one"])
      expect(heard(message)).toHaveLength(1);
  });
});
