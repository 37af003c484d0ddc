/** Starts and ends: what every store must make of them. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { EndSession, NewSession, Outcomes } from "../../core/acts.ts";
import type { SessionRecord } from "../../core/session.ts";
import { type Case, hour, start, tenantId } from "./rig.ts";

export const ends: Readonly<Record<string, Case>> = {
  async "finds a session by cookie, id and family, and nothing by what was never issued"(rig) {
    const session = await rig.begin();
    const found = await rig.store.find([
      { by: "token", tenantId, tokenHash: session.tokenHash ?? "" },
      { by: "id", tenantId, sessionId: session.id },
      { by: "family", tenantId, familyId: session.family?.id ?? "" },
      { by: "token", tenantId, tokenHash: "never" },
    ]);
    deepStrictEqual(
      found.map((record) => record?.id),
      [session.id, session.id, session.id, undefined],
    );
    const [record] = found;
    strictEqual(record?.family?.tokenHash, session.family?.tokenHash);
    strictEqual(typeof record?.createdAt, "number");
    deepStrictEqual(record?.device, session.device);
  },

  async "ends a session once: its tokens die with it, and one audit record stays"(rig) {
    const session = await rig.begin();
    const cause = rig.cause();
    const { auditId } = cause;
    const died = [{ live: true, cookie: true, tokens: true, rememberMe: true }];
    const userId = "ada";
    const first = await rig.end(session.id, cause);
    deepStrictEqual(first, { outcome: "ended", auditId, userId, died });
    const second = await rig.end(session.id);
    deepStrictEqual(second, { outcome: "already", auditId, userId, died: [] });
    const record = await rig.byId(session.id);
    strictEqual(record?.endReason, "logout");
    strictEqual(record?.endAuditId, cause.auditId);
    ok(record?.family?.revokedAt);
    strictEqual(record.family.sealedSuccessor, null);
    strictEqual((await rig.spend(session, 0)).outcome, "ended");
    strictEqual(await rig.audited("session_ended"), 1);
    const never = { outcome: "unknown", auditId: null, userId: null, died: [] };
    deepStrictEqual(await rig.end("never"), never);
  },

  async "ends many in one commit as it ends each alone, by id and by cookie"(rig) {
    const alone = { series: null };
    const [one, two, plain] = [
      await rig.begin(alone),
      await rig.begin(alone),
      await rig.begin({ series: null, family: null }),
    ];
    const remembered = await rig.begin();
    const foreign = await rig.begin({ ...alone, tenantId: "other" });
    const over = await rig.begin({ ...alone, tokenHash: null });
    const overBy = rig.cause();
    await rig.end(over.id, overBy);
    const end = (by: { sessionId: string } | { tokenHash: string }): EndSession => ({
      kind: "end_session",
      tenantId,
      ...by,
      cause: rig.cause(),
    });
    const acts = [
      end({ sessionId: one.id }),
      end({ tokenHash: two.tokenHash ?? "" }),
      end({ sessionId: two.id }),
      end({ tokenHash: plain.tokenHash ?? "" }),
      end({ tokenHash: remembered.tokenHash ?? "" }),
      end({ sessionId: foreign.id }),
      end({ tokenHash: "never" }),
      end({ sessionId: over.id }),
    ];
    const { outcomes, ends: told } = await rig.store.commit(acts);
    deepStrictEqual(
      outcomes.map(({ outcome, died: [died] }) => [outcome, died?.tokens, died?.rememberMe]),
      [
        ["ended", true, false],
        ["ended", true, false],
        ["already", undefined, undefined],
        ["ended", false, false],
        ["ended", true, true],
        ["unknown", undefined, undefined],
        ["unknown", undefined, undefined],
        ["already", undefined, undefined],
      ],
    );
    strictEqual(outcomes[2]?.auditId, acts[1]?.cause.auditId);
    strictEqual(outcomes[7]?.auditId, overBy.auditId);
    deepStrictEqual(
      told.map((of) => of.map(({ sessionId, reason }) => [sessionId, reason])),
      [
        [[one.id, "logout"]],
        [[two.id, "logout"]],
        [[two.id, null]],
        [[plain.id, "logout"]],
        [[remembered.id, "logout"]],
        [],
        [],
        // Whoever remembers it has not read of its end yet, and must.
        [[over.id, null]],
      ],
    );
    for (const [index, { id }] of [one, two, plain, remembered].entries()) {
      const record = await rig.byId(id);
      strictEqual(record?.endReason, "logout", `${index}`);
      strictEqual(record.family?.revokedAt === null, false, `${index}`);
    }
    strictEqual((await rig.byId(foreign.id, "other"))?.endedAt, null);
    strictEqual((await rig.rotate(foreign, 0, start + 1)).done, true);
    strictEqual(await rig.audited("session_ended"), 5);
  },

  async "tells of an end after the timeouts that nothing live has died"(rig) {
    const late = await rig.begin({ series: null });
    const ending = await rig.end(late.id, rig.cause("logout", start + 2 * hour));
    const died = [{ live: false, cookie: false, tokens: false, rememberMe: false }];
    deepStrictEqual([ending.outcome, ending.died], ["ended", died]);
  },

  async "ends nothing else: the user's other sessions go on"(rig) {
    const [one, two] = [await rig.begin(), await rig.begin()];
    await rig.end(one.id);
    strictEqual((await rig.byId(two.id))?.endedAt, null);
    strictEqual((await rig.rotate(two, 0, start + 1)).done, true);
  },

  async "refuses a start when the user's sessions were ended after the mark"(rig) {
    await rig.begin();
    const after = await rig.store.query({ kind: "mark" });
    const begin = (mark: string | null): Promise<{ outcome: string }> =>
      rig.commit({
        kind: "start",
        session: rig.draft(),
        after: mark,
        replaces: [],
        forgets: [],
        limit: null,
      });
    strictEqual((await begin(after)).outcome, "started");
    await rig.raise("grace");
    strictEqual((await begin(after)).outcome, "started", "another user's end is no obstacle");
    await rig.raise("ada");
    strictEqual((await begin(after)).outcome, "credentials_changed");
    strictEqual((await begin(await rig.store.query({ kind: "mark" }))).outcome, "started");
    await rig.raise(null);
    strictEqual((await begin(after)).outcome, "credentials_changed");
    strictEqual((await begin("junk")).outcome, "credentials_changed");
  },

  async "a single logout is no obstacle to a start"(rig) {
    const session = await rig.begin();
    const after = await rig.store.query({ kind: "mark" });
    await rig.end(session.id);
    const draft = rig.draft();
    const act = {
      kind: "start",
      session: draft,
      after,
      replaces: [],
      forgets: [],
      limit: null,
    } as const;
    strictEqual((await rig.commit(act)).outcome, "started");
  },

  async "raises the epoch of a user, a tenant and the installation"(rig) {
    const ada = await rig.begin();
    const grace = await rig.begin({ userId: "grace" });
    const other = await rig.begin({ tenantId: "other" });
    const live = async (): Promise<boolean[]> => {
      const records = [
        await rig.byId(ada.id),
        await rig.byId(grace.id),
        await rig.byId(other.id, "other"),
      ];
      return records.map((of) => JSON.stringify(of?.epoch) === JSON.stringify(of?.currentEpoch));
    };
    deepStrictEqual(await live(), [true, true, true]);
    await rig.raise("ada");
    deepStrictEqual(await live(), [false, true, true]);
    strictEqual((await rig.byId(ada.id))?.epochReason, "logout_all");
    await rig.raise(null);
    deepStrictEqual(await live(), [false, false, true]);
    await rig.raise(null, null);
    deepStrictEqual(await live(), [false, false, false]);
    strictEqual(await rig.audited("sessions_ended"), 3);
  },

  async "an epoch of a user or tenant that never signed in can be raised too"(rig) {
    await rig.raise("nobody");
    await rig.raise(null, "nowhere");
    const session = await rig.begin({ userId: "nobody" });
    const record = await rig.byId(session.id);
    deepStrictEqual(record?.epoch, record?.currentEpoch);
  },

  async "keeps the one session that is to be kept, under a new id"(rig) {
    const [kept, other] = [await rig.begin(), await rig.begin()];
    const successor = rig.draft({ lastSeenAt: start + 1000 });
    const raised = await rig.commit({
      kind: "raise_epoch",
      scope: { tenantId, userId: "ada" },
      keep: { sessionId: kept.id, successor, required: false },
      cause: rig.cause("logout_others"),
    });
    strictEqual(keptBy(raised)?.id, successor.id);
    deepStrictEqual(keptBy(raised)?.epoch, keptBy(raised)?.currentEpoch);
    strictEqual((await rig.byId(kept.id))?.endReason, "reissued");
    const record = await rig.byId(other.id);
    ok(record && record.epoch.user < record.currentEpoch.user);
  },

  async "keeps nothing of a session that has ended, but ends the others all the same"(rig) {
    const [kept, other] = [await rig.begin(), await rig.begin()];
    await rig.end(kept.id);
    const raised = await rig.commit({
      kind: "raise_epoch",
      scope: { tenantId, userId: "ada" },
      keep: { sessionId: kept.id, successor: rig.draft(), required: false },
      cause: rig.cause("password_changed"),
    });
    strictEqual(keptBy(raised), null);
    const record = await rig.byId(other.id);
    ok(record && record.epoch.user < record.currentEpoch.user);
  },

  async "continues a live session under a new id, and a dead one not at all"(rig) {
    const session = await rig.begin();
    const successor = rig.draft();
    const first = await rig.commit({ kind: "reissue", sessionId: session.id, successor });
    strictEqual(first.outcome, "reissued");
    const again = { kind: "reissue", sessionId: session.id, successor: rig.draft() } as const;
    strictEqual((await rig.commit(again)).outcome, "ended");
    await rig.raise("ada");
    const late = { kind: "reissue", sessionId: successor.id, successor: rig.draft() } as const;
    strictEqual((await rig.commit(late)).outcome, "ended");
  },

  async "ends the longest unused sessions beyond the limit, with an audit record each"(rig) {
    const begin = async (lastSeenAt: number): Promise<NewSession> => {
      const session = rig.draft({ lastSeenAt });
      await rig.commit({
        kind: "start",
        session,
        after: null,
        replaces: [],
        forgets: [],
        limit: 2,
      });
      return session;
    };
    const sessions = [await begin(start), await begin(start + 1), await begin(start + 2)];
    const reasons = await Promise.all(
      sessions.map(async ({ id }) => (await rig.byId(id))?.endReason),
    );
    deepStrictEqual(reasons, ["session_limit", null, null]);
    strictEqual(await rig.audited("session_ended"), 1);
  },

  async "ends the session that a device still held when it signs in again"(rig) {
    const before = await rig.begin();
    const session = rig.draft({ userId: "grace" });
    const replaces = [before.id];
    await rig.commit({ kind: "start", session, after: null, replaces, forgets: [], limit: null });
    strictEqual((await rig.byId(before.id))?.endReason, "signed_in_again");
  },

  async "ends nothing a second time that an epoch has ended"(rig) {
    const session = await rig.begin();
    await rig.raise("ada");
    deepStrictEqual((await rig.end(session.id)).died, []);
    strictEqual(await rig.audited("session_ended"), 0);
  },

  async "ends the whole line when an old id of it is ended"(rig) {
    const session = await rig.begin();
    const successors = [rig.draft(), rig.draft()];
    let { id: sessionId } = session;
    for (const successor of successors) {
      await rig.commit({ kind: "reissue", sessionId, successor });
      sessionId = successor.id;
    }
    strictEqual((await rig.end(session.id)).outcome, "ended");
    strictEqual((await rig.byId(sessionId))?.endReason, "logout");
    const again = await rig.end(session.id);
    strictEqual(again.outcome, "already");
    strictEqual(again.auditId, (await rig.byId(sessionId))?.endAuditId);
  },

  async "ends what a remembered device has begun, by its session or by any of its tokens"(rig) {
    const session = await rig.begin({ idleTimeout: 1 });
    const first = await rig.spend(session, 0, rig.draft({ lastSeenAt: start + hour }));
    ok(first.outcome === "started");
    strictEqual((await rig.byId(session.id))?.endReason, "signed_in_again");
    const end = await rig.end(session.id);
    strictEqual(end.outcome, "ended", "the dead session finds the device");
    strictEqual((await rig.byId(first.record.id))?.endReason, "logout");

    const other = await rig.begin();
    const second = await rig.spend(other, 0);
    ok(second.outcome === "started");
    const { selector = "" } = other.series ?? {};
    await rig.commit({ kind: "end_series", tenantId, selector, cause: rig.cause() });
    strictEqual((await rig.byId(second.record.id))?.endReason, "logout");
  },

  async "carries a demand for a fresh proof over to a kept session, and settles it by a proof"(
    rig,
  ) {
    const session = await rig.begin();
    const target = { of: "session", sessionId: session.id } as const;
    const cause = rig.cause("suspicion");
    await rig.commit({ kind: "demand_reauthentication", tenantId, userId: "ada", target, cause });
    const kept = await rig.commit({
      kind: "raise_epoch",
      scope: { tenantId, userId: "ada" },
      keep: { sessionId: session.id, successor: rig.draft(), required: false },
      cause: rig.cause("email_changed"),
    });
    const record = keptBy(kept);
    ok(record?.reauthenticationDemandedAt);
    const proved = { kind: "reissue", sessionId: record.id, successor: rig.draft() } as const;
    const settled = await rig.commit(proved);
    ok(settled.outcome === "reissued");
    strictEqual(settled.record.reauthenticationDemandedAt, null);
  },

  async "ends nothing when the session that must be kept is not live itself"(rig) {
    const [session, other] = [await rig.begin(), await rig.begin()];
    const successor = rig.draft();
    await rig.commit({ kind: "reissue", sessionId: session.id, successor });
    const raise = (required: boolean): Promise<Outcomes["raise_epoch"]> =>
      rig.commit({
        kind: "raise_epoch",
        scope: { tenantId, userId: "ada" },
        keep: { sessionId: session.id, successor: rig.draft(), required },
        cause: rig.cause("logout_others"),
      });
    strictEqual((await raise(true)).outcome, "refused");
    const untouched = await rig.byId(other.id);
    deepStrictEqual(untouched?.epoch, untouched?.currentEpoch);
    const kept = keptBy(await raise(false));
    ok(kept, "the newest of the line goes on");
    strictEqual((await rig.byId(successor.id))?.endReason, "reissued");
  },

  async "an old id that a sign-in has replaced ends the new session of the same user"(rig) {
    const before = await rig.begin();
    const start_ = async (userId: string, replaces: string[]): Promise<NewSession> => {
      const session = rig.draft({ userId });
      await rig.commit({ kind: "start", session, after: null, replaces, forgets: [], limit: null });
      return session;
    };
    const after = await start_("ada", [before.id]);
    const stranger = await start_("grace", [after.id]);
    await rig.end(after.id);
    strictEqual((await rig.byId(stranger.id))?.endedAt, null, "never somebody else's");
    const [old, fresh] = [await rig.begin(), rig.draft()];
    const act = { kind: "start", session: fresh, after: null, replaces: [old.id] } as const;
    await rig.commit({ ...act, forgets: [], limit: null });
    await rig.end(old.id);
    strictEqual((await rig.byId(fresh.id))?.endReason, "logout");
  },

  async "reaches all that hangs together, renewals and remembered starts in any order"(rig) {
    const first = await rig.begin();
    const begun = await rig.spend(first, 0);
    ok(begun.outcome === "started");
    const renewed = rig.draft();
    await rig.commit({ kind: "reissue", sessionId: begun.record.id, successor: renewed });
    const again = await rig.spend(renewed, 0);
    ok(again.outcome === "started");
    const last = rig.draft();
    await rig.commit({ kind: "reissue", sessionId: again.record.id, successor: last });
    strictEqual((await rig.end(first.id)).outcome, "ended");
    strictEqual((await rig.byId(last.id))?.endReason, "logout");
    strictEqual((await rig.spend(last, 0)).outcome, "ended");
  },
};

function keptBy(outcome: Outcomes["raise_epoch"]): SessionRecord | null {
  return outcome.outcome === "raised" ? outcome.kept : null;
}
