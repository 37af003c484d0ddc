/** After a 2xx every credential of the session is refused everywhere; nobody else is. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import {
  type EndEvent,
  endOfTheOther,
  endsOfAll,
  endsOfOthers,
  endsOfThisDevice,
  renewedBy,
  type Scene,
} from "./support/end-events.ts";
import { claimsOf } from "./support/jwt.ts";
import { cells, isBelieved, isSignedIn, stillBelieved } from "./support/probes.ts";
import { startWhole, userIdOf, type Whole } from "./support/sessions.ts";

let demo: Demo;
let users: string[];
let bystander: Whole;
beforeAll(async () => {
  demo = await startDemo();
  users = [await userIdOf(demo, accounts.test), await userIdOf(demo, accounts.owner)];
  bystander = await startWhole(demo, await userIdOf(demo, accounts.guest));
});
afterAll(() => demo.stop());

/** Two users take turns, so that neither reaches the limit of the logout routes. */
let turn = 0;
async function setScene(): Promise<Scene> {
  const userId = users[turn++ % users.length] ?? "";
  const caller = await startWhole(demo, userId);
  return { demo, caller, other: await startWhole(demo, userId), userId };
}

/** Lets an event happen, then tries every credential of everybody in every place. */
async function prove(event: EndEvent): Promise<void> {
  const scene = await setScene();
  const answer = await event.act(scene);

  for (const [who, state] of [
    [scene.caller, event.caller],
    [scene.other, event.other],
  ] as const) {
    if (state === "alive") expect(await isSignedIn(demo, who)).toBe(true);
    else expect(await stillBelieved(demo, who)).toEqual([]);
  }
  expect(await isSignedIn(demo, bystander)).toBe(true);
  if (event.caller === "renewed") await proveRenewed(scene, answer);
}

async function proveRenewed(scene: Scene, answer: Answer): Promise<void> {
  const renewed = renewedBy(answer);
  expect(Object.keys(renewed)).toEqual(["cookie", "access", "refresh"]);
  const { cookie = "", access = "", refresh = "" } = renewed;
  const successor = { cookie, accessToken: access, refreshToken: refresh, rememberMe: "" };
  for (const cell of cells.filter(({ kind }) => kind !== "rememberMe")) {
    const believed = await isBelieved(demo, successor, cell);
    expect({ ...cell, believed }).toEqual({ ...cell, believed: cell.believedWhileLive });
  }
  const { sid } = claimsOf(access);
  expect(sid).toEqual(expect.any(String));
  expect(sid).not.toBe(scene.caller.id);
}

const rows = (events: readonly EndEvent[]): [string, EndEvent][] =>
  events.map((event) => [event.title, event]);

describe("T1: the grid of {credential} x {place}", () => {
  test.each(cells)("while the session lives: $kind at $place", async (cell) => {
    const { caller } = await setScene();
    expect(await isBelieved(demo, caller, cell)).toBe(cell.believedWhileLive);
  });
});

describe("T1: the matrix of {end event} x {credential} x {place}", () => {
  test.each(rows(endsOfThisDevice))(
    "LO-01 LO-06 LO-07 RV-01 RV-05 JW-04 RT-09 RM-01 SS-03 RI-02: dead after %s",
    (_title, event) => prove(event),
  );

  test.each(rows([endOfTheOther]))("LA-04 RV-01 JW-04: dead after %s", (_title, event) =>
    prove(event),
  );

  test.each(rows(endsOfOthers))("LA-02 RV-01: only the caller lives after %s", (_title, event) =>
    prove(event),
  );

  test.each(rows(endsOfAll))(
    "LA-01 LA-08 LA-10 SS-10 RM-05 RV-01: nobody lives after %s",
    (_title, event) => prove(event),
  );
});
