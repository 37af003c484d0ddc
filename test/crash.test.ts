/** What was acknowledged before the power went is true after it comes back. */
import { rm } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { json } from "./support/client.ts";
import { accounts, type Demo, startDemo, temporaryFolder } from "./support/demo.ts";
import { type Entry, Ledger, runClient } from "./support/load.ts";
import { cookieNames, newDevice, refresh, signIn } from "./support/sessions.ts";

const rounds = process.env["ENDSESSION_NIGHTLY"] ? 20 : 3;
const clients = ["test", "owner", "guest", "back end 1", "back end 2", "back end 3"];

/** Time runs this much faster in the demo, so that a token rotates every 250 ms. */
const pace = 40;

/** What Node runs before the demo: a clock that goes on where it was after a restart. */
function fastClock(): string {
  const code =
    `const real = Date.now.bind(Date), start = ${Date.now()};` +
    `Date.now = () => start + (real() - start) * ${pace};`;
  return `--import data:text/javascript,${encodeURIComponent(code)}`;
}

/** Runs the clients until enough has happened, and kills the demo under them. */
async function runUntilKilled(demo: Demo, round: number): Promise<Ledger> {
  const ledger = new Ledger();
  let isOver = false;
  const running = clients.map((name) =>
    runClient(demo, ledger, name, () => {
      isOver ||= ledger.ended >= 25 + round && ledger.rotatedTwice >= 3;
      return isOver;
    }),
  );
  // The first client that sees that it is enough stops; the others are struck in mid-request.
  await Promise.race(running);
  await demo.kill9();
  await Promise.all(running);
  return ledger;
}

/** The credentials of an ended session that open something; there must be none. */
async function resurrected(demo: Demo, entry: Entry): Promise<string[]> {
  const device = newDevice(demo);
  const alive: string[] = [];
  const cookies = [
    [cookieNames.session, entry.cookie],
    [cookieNames.rememberMe, entry.rememberMe],
  ] as const;
  for (const [name, value] of cookies) {
    if (value === null) continue;
    const { status } = await newDevice(demo).get("/session", { cookie: `${name}=${value}` });
    if (status !== 401) alive.push(`${name} of ${entry.user}: ${status}`);
  }
  for (const bearer of entry.accessTokens.slice(-2)) {
    const { status } = await device.get("/session", { bearer });
    if (status !== 401) alive.push(`access token of ${entry.user}: ${status}`);
  }
  for (const token of entry.refreshTokens.toReversed()) {
    const { status } = await refresh(demo, token);
    if (status !== 400) alive.push(`refresh token of ${entry.user}: ${status}`);
  }
  return alive;
}

/** What of a live session was lost, or came back; there must be nothing. */
async function lost(demo: Demo, entry: Entry): Promise<string[]> {
  const wrong: string[] = [];
  if (entry.cookie !== null) {
    const cookie = `${cookieNames.session}=${entry.cookie}`;
    const { status } = await newDevice(demo).get("/session", { cookie });
    if (status !== 200) wrong.push(`cookie of ${entry.user}: ${status}`);
  }
  const newest = entry.refreshTokens.at(-1);
  if (newest === undefined) return wrong;
  const answer = await refresh(demo, newest);
  if (answer.status !== 200) return [...wrong, `newest of ${entry.user}: ${answer.text}`];
  const twoBehind = entry.refreshTokens.at(-3);
  if (twoBehind === undefined) return wrong;
  const { status } = await refresh(demo, twoBehind);
  if (status !== 400) wrong.push(`two behind of ${entry.user}: ${status}`);
  const next = String(json(answer)["refresh_token"]);
  if ((await refresh(demo, next)).status !== 400) wrong.push(`family of ${entry.user} after reuse`);
  return wrong;
}

describe("kill -9 under load", () => {
  test(
    "LO-01 RT-02 RT-06 RT-10 T8: every acknowledged end and rotation holds after a restart",
    { timeout: 60_000 + rounds * 30_000 },
    async () => {
      const demo = await startDemo({ env: { NODE_OPTIONS: fastClock() } });
      onTestFinished(() => demo.stop());
      const ended: Entry[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const { entries } = await runUntilKilled(demo, round);
        await demo.restart();
        ended.push(...entries.filter(({ state }) => state === "ended"));
        const found: string[] = [];
        for (const entry of ended) found.push(...(await resurrected(demo, entry)));
        for (const entry of entries.filter(({ state }) => state === "live")) {
          found.push(...(await lost(demo, entry)));
        }
        expect({ round, found }).toEqual({ round, found: [] });
      }
    },
  );

  test("LO-01: a logout that was killed before its answer can be repeated", async () => {
    const demo = await startDemo();
    onTestFinished(() => demo.stop());
    const device = await signIn(demo, accounts.test);
    const cookie = device.cookieHeader();
    const unanswered = device.post("/logout").catch(() => null);
    await demo.kill9();
    await unanswered;
    await demo.restart();
    expect((await device.post("/logout", { cookie })).status).toBe(200);
    expect((await device.get("/me", { cookie })).status).toBe(401);
  });
});

describe("two processes on one file", () => {
  test("SS-05: both start at the same moment on a new file, and believe each other", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const folder = await temporaryFolder();
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const database = `${folder}/shared.db`;
      const demos = await Promise.all([startDemo({ database }), startDemo({ database })]);
      onTestFinished(async () => {
        for (const demo of demos) await demo.stop();
      });
      const [one, two] = demos;
      const device = await signIn(one, accounts.test);
      const cookie = device.cookieHeader();
      expect((await newDevice(two).get("/me", { cookie })).status).toBe(200);
      expect((await newDevice(two).post("/logout", { cookie })).status).toBe(200);
      expect((await newDevice(one).get("/me", { cookie })).status).toBe(401);
      for (const demo of demos) await demo.stop();
    }
  });
});
