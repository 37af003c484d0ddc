/** The sweep, and what it leaves: what every store must make of it. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Case, hour, start, tenantId } from "./rig.ts";

export const sweep: Readonly<Record<string, Case>> = {
  async "sweeps what is dead past all use, and marks what an epoch has ended"(rig) {
    const old = await rig.begin({ expiresAt: start + 1 });
    const live = await rig.begin();
    const young = await rig.begin({ lastSeenAt: start + hour / 2 });
    const raised = await rig.begin({ userId: "grace" });
    await rig.raise("grace");
    const {
      outcomes: [swept],
      ends: [told],
    } = await rig.store.commit([
      {
        kind: "sweep",
        at: start + hour,
        removeBefore: start + 2,
        removeAuditBefore: start + 2,
        grace: 10_000,
        auditId: "sweep",
      },
    ]);
    strictEqual(swept.marked, 3, "one ended by its epoch, two expired");
    // By another clock they live on in some instance's memory.
    deepStrictEqual(
      told?.map(({ sessionId, reason }) => [sessionId, reason]),
      [
        [old.id, "expired_absolute"],
        [live.id, "expired_idle"],
      ],
    );
    ok(swept.removed >= 2);
    strictEqual(await rig.byId(old.id), undefined);
    strictEqual((await rig.byId(live.id))?.endReason, "expired_idle");
    strictEqual((await rig.byId(young.id))?.endedAt, null);
    strictEqual((await rig.byId(raised.id))?.endReason, "logout_all");
    const entries = await rig.store.query({
      kind: "audit",
      tenantId,
      userId: "ada",
      before: null,
      limit: 1,
    });
    deepStrictEqual(
      entries.map(({ type, reason, sessionId }) => [type, reason, sessionId]),
      [["session_ended", "expired_idle", live.id]],
    );
  },

  async "a sweep leaves what a tenant's end has ended to that end"(rig) {
    const session = await rig.begin();
    await rig.raise(null);
    await rig.commit({
      kind: "sweep",
      at: start + 2 * hour,
      removeBefore: start,
      removeAuditBefore: start,
      grace: 0,
      auditId: "sweep",
    });
    strictEqual((await rig.byId(session.id))?.endReason, null);
    strictEqual(await rig.audited("session_ended"), 0);
  },

  async "records whose remembered device has ended when no session of it is left"(rig) {
    const session = await rig.begin({ expiresAt: start + 1 });
    await rig.commit({
      kind: "sweep",
      at: start + hour,
      removeBefore: start + 2,
      removeAuditBefore: start,
      grace: 0,
      auditId: "sweep",
    });
    strictEqual(await rig.byId(session.id), undefined);
    const { selector = "" } = session.series ?? {};
    const cause = rig.cause();
    const ended = await rig.commit({ kind: "end_series", tenantId, selector, cause });
    strictEqual(ended.outcome, "ended");
    const query = { kind: "audit", tenantId, userId: "ada", before: null, limit: 1 } as const;
    const [entry] = await rig.store.query(query);
    deepStrictEqual([entry?.type, entry?.userId], ["remember_me_ended", "ada"]);
  },

  async "tells and records the end of a remembered device whose session was over"(rig) {
    const session = await rig.begin({ idleTimeout: 1 });
    await rig.commit({
      kind: "sweep",
      at: start + hour,
      removeBefore: start,
      removeAuditBefore: start,
      grace: 0,
      auditId: "sweep",
    });
    strictEqual((await rig.byId(session.id))?.endReason, "expired_idle");
    const ended = await rig.end(session.id);
    deepStrictEqual(
      [ended.outcome, ended.died.map(({ live, rememberMe }) => [live, rememberMe])],
      ["ended", [[false, true]]],
    );
    strictEqual(await rig.audited("remember_me_ended"), 1);
  },
};
