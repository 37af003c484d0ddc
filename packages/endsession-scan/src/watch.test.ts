import { expect, test, vi } from "vitest";
import { makeReport } from "./report.ts";
import type { Report } from "./report.ts";
import type { Verdict } from "./audit.ts";
import { exampleArtifacts, finding } from "./test-support/example.ts";
import { postBy } from "./watch/outbox.ts";
import { watch } from "./watch.ts";
import type { Alert, WatchEvent, WatchOptions } from "./watch.ts";

function reportOf(session: Verdict, flags: Verdict = "pass"): Report {
  return makeReport(exampleArtifacts(), [
    finding("session-survives-logout", session),
    finding("cookie-flags", flags),
  ]);
}

const [good, bad, blind] = [reportOf("pass"), reportOf("fail"), reportOf("inconclusive")];

/** Watches through these rounds, without waiting; a `string` is a scan that fails. */
async function watched(
  rounds: readonly (Report | string)[],
  changes: Partial<WatchOptions> = {},
): Promise<{ events: WatchEvent[]; sent: Alert[]; alerts: string[]; slept: number[] }> {
  const events: WatchEvent[] = [];
  const sent: Alert[] = [];
  const slept: number[] = [];
  const controller = new AbortController();
  let round = 0;
  let now = Date.UTC(2026, 10, 21);
  await watch({
    target: "https://shop.example",
    interval: 60_000,
    webhook: "https://hooks.example/secret",
    signal: controller.signal,
    told: (event) => events.push(event),
    now: () => now,
    post: async (_url, body) => {
      sent.push(body as Alert);
    },
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      if (round === rounds.length) controller.abort();
    },
    scan: async () => {
      const result = rounds[round] ?? "nothing left";
      round += 1;
      now += 20_000;
      if (typeof result === "string") throw new Error(result);
      return result;
    },
    ...changes,
  });
  return { events, sent, slept, alerts: sent.map(({ kind }) => kind) };
}

test("tells a regression once, and its recovery", async () => {
  const { sent, alerts } = await watched([good, bad, bad, good, good]);
  expect(alerts).toEqual(["regression", "recovery"]);
  expect(sent[0]).toMatchObject({
    schema: "endsession-scan-alert/1",
    target: "https://shop.example",
    at: "2026-11-21T00:01:00.000Z",
    verdict: "alive",
    text: "endsession-scan: https://shop.example got worse: The session survives its logout (session-survives-logout).",
    regressions: [{ id: "session-survives-logout", before: "pass" }],
  });
  expect(sent[1]?.mended).toMatchObject([{ id: "session-survives-logout" }]);
});

test("the first scan is the measure, unless there is a baseline", async () => {
  expect((await watched([bad, bad, good])).alerts).toEqual([]);
  expect((await watched([bad, good], { baseline: good })).alerts).toEqual([
    "regression",
    "recovery",
  ]);
});

test("an answer that is missing in between is neither a mending nor a new regression", async () => {
  const half = reportOf("fail", "inconclusive");
  const whole = reportOf("fail", "fail");
  expect((await watched([whole, half, whole])).alerts).toEqual([]);
  const broken = [reportOf("pass", "pass"), reportOf("pass", "fail")] as const;
  const open = reportOf("pass", "inconclusive");
  expect((await watched([...broken, open, broken[1], broken[0]])).alerts).toEqual([
    "regression",
    "recovery",
  ]);
});

test("two scans in a row without a judgement are told once, and when it sees again", async () => {
  expect((await watched([good, blind, good, blind, good])).alerts).toEqual([]);
  const { sent, alerts, events } = await watched([good, blind, "no browser", blind, good]);
  expect(alerts).toEqual(["cannot-judge", "recovery"]);
  expect(sent[0]?.verdict).toBe("cannot-judge");
  expect(events).toContainEqual({ kind: "scan-failed", reason: "no browser" });
  expect((await watched([blind, blind, good])).alerts).toEqual(["cannot-judge", "recovery"]);
});

test("what broke before it went blind is not called well when it sees again", async () => {
  const { sent, alerts } = await watched([good, bad, blind, blind, bad, good]);
  expect(alerts).toEqual(["regression", "cannot-judge", "recovery", "recovery"]);
  expect(sent[2]?.text).toContain("still broken: session-survives-logout");
  expect(sent[3]?.text).toContain("is well again");
});

test("a webhook that fails is told, and gets everything later, in order", async () => {
  const sent: string[] = [];
  let calls = 0;
  const { events } = await watched([good, bad, good, good], {
    post: async (_url, body) => {
      calls += 1;
      if (calls <= 2) throw new Error("The webhook answered 503.");
      sent.push((body as Alert).kind);
    },
  });
  expect(sent).toEqual(["regression", "recovery"]);
  expect(events.filter(({ kind }) => kind === "webhook-failed")).toEqual([
    { kind: "webhook-failed", reason: "The webhook answered 503.", waiting: 1 },
    { kind: "webhook-failed", reason: "The webhook answered 503.", waiting: 2 },
  ]);
  expect(events.filter(({ kind }) => kind === "delivered")).toHaveLength(2);
});

test("rounds begin an interval apart; a scan that takes longer is followed at once", async () => {
  expect((await watched([good, good])).slept).toEqual([40_000, 40_000]);
  expect((await watched([good], { interval: 10_000 })).slept).toEqual([0]);
});

test("without a webhook alerts are told all the same", async () => {
  const events: WatchEvent[] = [];
  const rounds = [good, bad];
  const controller = new AbortController();
  await watch({
    target: "https://shop.example",
    interval: 1,
    signal: controller.signal,
    told: (event) => events.push(event),
    now: () => 0,
    post: () => Promise.reject(new Error("there is none")),
    sleep: async () => {
      if (rounds.length === 0) controller.abort();
    },
    scan: async () => rounds.shift() ?? good,
  });
  expect(events.map(({ kind }) => kind)).toEqual(["report", "report", "alert"]);
});

test("posts JSON, follows no redirect, and never tells the webhook's address", async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response(null, { status: 204 }));
  await postBy(fetch)("https://hooks.example/secret", { a: 1 });
  expect(fetch).toHaveBeenCalledWith(
    "https://hooks.example/secret",
    expect.objectContaining({ method: "POST", body: '{"a":1}', redirect: "manual" }),
  );
  const answers: (() => Promise<Response>)[] = [
    async () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
    async () => new Response("no", { status: 500 }),
    () => Promise.reject(new TypeError("fetch failed: https://hooks.example/secret")),
  ];
  for (const answer of answers) {
    const posting = postBy(answer)("https://hooks.example/secret", {});
    await expect(posting).rejects.toThrow(/^The webhook (?:answered \d+|could not be reached)\.$/u);
  }
});
