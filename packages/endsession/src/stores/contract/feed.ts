/** What a store with a feed must tell of its ends. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { EndSession } from "../../core/acts.ts";
import type { Feed } from "../../core/feed.ts";
import { type Case, type Rig, tenantId } from "./rig.ts";

function feedOf({ store }: Rig): Feed {
  ok(store.feed, "The store has no feed.");
  return store.feed;
}

function endOf(rig: Rig, sessionId: string): EndSession {
  return { kind: "end_session", tenantId, sessionId, cause: rig.cause() };
}

export const feed: Readonly<Record<string, Case>> = {
  async "tells every end once, in what was read since"(rig) {
    const following = feedOf(rig);
    const [one, two] = [await rig.begin(), await rig.begin({ userId: "bob" })];
    const start = await following.read(null, 1000);
    deepStrictEqual(start.ends, []);
    const committed = await rig.store.commit([endOf(rig, one.id)]);
    await rig.raise("bob");
    const news = await following.read(start.position, 1000);
    deepStrictEqual(
      (news.ends ?? [])
        .map(({ userId, sessionId, epoch }) => [userId, sessionId, epoch])
        .toSorted((a, b) => String(a).localeCompare(String(b))),
      [
        ["ada", one.id, null],
        ["bob", null, 2],
      ],
    );
    const own = news.ends?.find(({ userId }) => userId === "ada");
    deepStrictEqual(committed.ends, [[{ ...own }]]);
    deepStrictEqual((await following.read(news.position, 1000)).ends, []);
    ok(two.id);
  },

  async "tells where an end stands, and one that was there before"(rig) {
    const following = feedOf(rig);
    const session = await rig.begin();
    const before = await following.read(null, 1000);
    const first = await rig.store.commit([endOf(rig, session.id)]);
    ok(first.position !== null);
    strictEqual(following.covers(before.position, first.position), false);
    const between = await following.read(before.position, 1000);
    strictEqual(following.covers(between.position, first.position), true);
    const again = await rig.store.commit([endOf(rig, session.id)]);
    const told = again.ends.map((of) => of.map(({ sessionId, reason }) => [sessionId, reason]));
    deepStrictEqual([again.outcomes[0].outcome, told], ["already", [[[session.id, null]]]]);
    ok(again.position !== null, "Who ends again must wait as well.");
    // What was read before the first end does not cover the second, either.
    strictEqual(following.covers(before.position, again.position), false);
    const after = await following.read(between.position, 1000);
    strictEqual(following.covers(after.position, again.position), true);
  },

  async "tells that a session which goes on must be read anew"(rig) {
    const following = feedOf(rig);
    const session = await rig.begin();
    const { position } = await following.read(null, 1000);
    await rig.commit({
      kind: "demand_reauthentication",
      tenantId,
      userId: session.userId,
      target: { of: "user" },
      cause: rig.cause("suspicion"),
    });
    const { ends } = await following.read(position, 1000);
    deepStrictEqual(
      ends?.map(({ sessionId, reason }) => [sessionId, reason]),
      [[session.id, null]],
    );
  },

  async "knows its instances, and what they have applied"(rig) {
    const following = feedOf(rig);
    strictEqual(await following.beat("one", null), false);
    await following.join("one", 2000);
    const { position } = await following.read(null, 1000);
    await following.acknowledge("one", position);
    strictEqual(await following.beat("one", position), true);
    const { members } = await following.call("two", true);
    deepStrictEqual(
      members.map(({ id, applied, bound }) => [id, applied, bound]),
      [["one", position, 2000]],
    );
    await following.expel("one");
    strictEqual(await following.beat("one", position), false);
    await following.forget("one");
    deepStrictEqual((await following.call("two", false)).members, []);
  },

  async "tells nothing at all to who is too far behind"(rig) {
    const following = feedOf(rig);
    const { position } = await following.read(null, 2);
    for (const user of ["ada", "bob"]) await rig.raise(user);
    strictEqual((await following.read(position, 2)).ends?.length, 2);
    await rig.raise("eve");
    strictEqual((await following.read(position, 2)).ends, null);
    deepStrictEqual((await following.read(null, 2)).ends, []);
  },

  async "clears old ends away only once every reader could have seen them"(rig) {
    const following = feedOf(rig);
    const session = await rig.begin();
    const start = await following.read(null, 1000);
    await rig.end(session.id);
    const later = session.expiresAt + 1;
    const sweep = async (auditId: string): Promise<void> => {
      await rig.commit({
        kind: "sweep",
        at: later,
        removeBefore: later,
        removeAuditBefore: 0,
        grace: 0,
        auditId,
      });
    };
    await sweep("first");
    const seen = await following.read(start.position, 1000);
    strictEqual(seen.sweeps - start.sweeps, 1);
    deepStrictEqual(
      seen.ends?.map(({ sessionId }) => sessionId),
      [session.id],
    );
    await sweep("second");
    const missed = await following.read(start.position, 1000);
    deepStrictEqual([missed.sweeps - start.sweeps, missed.ends], [2, []]);
  },

  async "ends again what another history has lost, and nothing else"(rig) {
    const [lost, kept] = [await rig.begin(), await rig.begin()];
    const known = await rig.store.commit([endOf(rig, kept.id)]);
    const subject = { tenantId, userId: "ada", sessionId: lost.id };
    const forgotten = { ...subject, reason: "logout", auditId: "never-written", epoch: null };
    const ends = [...known.ends.flat(), forgotten];
    const reassert = (): Promise<{ readonly missing: number }> =>
      rig.commit({ kind: "reassert", ends, cause: rig.cause() });
    deepStrictEqual([await reassert(), await reassert()], [{ missing: 1 }, { missing: 0 }]);
    ok((await rig.byId(lost.id))?.endedAt);
  },
};
