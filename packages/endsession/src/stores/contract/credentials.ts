/** Rotation, remember-me and suspicion: what every store must make of them. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { DemandTarget, SigningKeyRecord } from "../../core/acts.ts";
import { type Case, hour, start, tenantId } from "./rig.ts";

export const credentials: Readonly<Record<string, Case>> = {
  async "keeps tenants apart: no key of one finds, ends or spends anything of another"(rig) {
    const session = await rig.begin();
    strictEqual(await rig.byId(session.id, "other"), undefined);
    const elsewhere = await rig.store.find([
      { by: "token", tenantId: "other", tokenHash: session.tokenHash ?? "" },
      { by: "family", tenantId: "other", familyId: session.family?.id ?? "" },
    ]);
    deepStrictEqual(elsewhere, [undefined, undefined]);
    const cause = rig.cause();
    const ended = await rig.commit({
      kind: "end_session",
      tenantId: "other",
      sessionId: session.id,
      cause,
    });
    strictEqual(ended.outcome, "unknown");
    const spent = await rig.spend({ ...session, tenantId: "other" }, 0);
    strictEqual(spent.outcome, "unknown");
    await rig.raise("ada", "other");
    const record = await rig.byId(session.id);
    strictEqual(record?.endedAt, null);
    deepStrictEqual(record?.epoch, record?.currentEpoch);
  },

  async "rotates a family once a generation, and never after an end"(rig) {
    const session = await rig.begin();
    const storm = await Promise.all(
      Array.from({ length: 8 }, () => rig.rotate(session, 0, start + 1)),
    );
    strictEqual(storm.filter(({ done }) => done).length, 1);
    const family = (await rig.byId(session.id))?.family;
    strictEqual(family?.generation, 1);
    strictEqual(family.previousHash, session.family?.tokenHash);
    strictEqual(family.sealedSuccessor, "sealed-1");
    strictEqual((await rig.rotate(session, 1, start + 24 * hour)).done, false, "past its end");
    strictEqual((await rig.rotate(session, 1, start + 2 * hour)).done, false, "idle too long");
    await rig.end(session.id);
    strictEqual((await rig.rotate(session, 1, start + 2)).done, false);
  },

  async "rotates many families in one commit, each by its own condition"(rig) {
    const [one, two, ended, used] = [
      await rig.begin(),
      await rig.begin(),
      await rig.begin(),
      await rig.begin(),
    ];
    await rig.end(ended.id);
    await rig.rotate(used, 0, start + 1);
    const first = rig.rotation(one, 0, start + 2);
    const twin = { ...first, nextHash: "twin", sealedSuccessor: "sealed-twin" };
    const others = [two, ended, used].map((session) => rig.rotation(session, 0, start + 2));
    const { outcomes } = await rig.store.commit([twin, ...others, first]);
    const [byTwin, byTwo, byEnded, byUsed, byFirst] = outcomes.map(({ done }) => done);
    deepStrictEqual([byTwo, byEnded, byUsed], [true, false, false]);
    const family = (await rig.byId(one.id))?.family;
    strictEqual(family?.generation, 1);
    // A single twin, and it is told so.
    deepStrictEqual([byTwin, byFirst], [family.tokenHash === "twin", family.tokenHash !== "twin"]);
    strictEqual(family.sealedSuccessor, byTwin ? "sealed-twin" : "sealed-1");
  },

  async "rotates nothing once the epoch has risen"(rig) {
    const session = await rig.begin();
    await rig.raise("ada");
    strictEqual((await rig.rotate(session, 0, start + 1)).done, false);
  },

  async "counts grace and confirms only the newest generation"(rig) {
    const session = await rig.begin();
    const familyId = session.family?.id ?? "";
    const at = start + 5;
    const confirm = (generation: number): Promise<{ done: boolean }> =>
      rig.commit({ kind: "confirm", familyId, generation, at });
    const count = (generation: number): Promise<{ done: boolean }> =>
      rig.commit({ kind: "count_grace", familyId, generation, limit: 1, at });
    await rig.rotate(session, 0, start + 1);
    strictEqual((await confirm(0)).done, false);
    strictEqual((await confirm(1)).done, true);
    strictEqual((await confirm(1)).done, false, "once");
    strictEqual((await count(0)).done, false);
    strictEqual((await count(1)).done, true);
    strictEqual((await count(1)).done, false, "the limit");
    await rig.rotate(session, 1, start + 10);
    const family = (await rig.byId(session.id))?.family;
    deepStrictEqual([family?.graceRun, family?.graceUses, family?.confirmedAt], [1, 0, null]);
  },

  async "touches a live session, and none that has ended, expired or idled away"(rig) {
    const touch = async (sessionId: string, at: number): Promise<boolean> =>
      (await rig.commit({ kind: "touch", sessionId, at })).done;
    const session = await rig.begin();
    strictEqual(await touch(session.id, start + hour - 1), true);
    strictEqual((await rig.byId(session.id))?.lastSeenAt, start + hour - 1);
    strictEqual(await touch(session.id, start + 2 * hour - 1), false, "idle");
    const forever = await rig.begin({ idleTimeout: null });
    strictEqual(await touch(forever.id, start + 23 * hour), true);
    strictEqual(await touch(forever.id, start + 24 * hour), false, "past its end");
    const ended = await rig.begin();
    await rig.end(ended.id);
    strictEqual(await touch(ended.id, start + 1), false);
    const raises = [
      (): Promise<unknown> => rig.raise("ada"),
      (): Promise<unknown> => rig.raise(null),
      (): Promise<unknown> => rig.raise(null, null),
    ];
    for (const raise of raises) {
      const raised = await rig.begin();
      strictEqual(await touch(raised.id, start + 1), true);
      await raise();
      strictEqual(await touch(raised.id, start + 2), false);
    }
  },

  async "spends a remember-me token once, and knows a copy"(rig) {
    const session = await rig.begin();
    const first = await rig.spend(session, 0);
    ok(first.outcome === "started");
    strictEqual(first.record.series, session.series?.selector);
    strictEqual(first.record.authenticatedAt, start);
    const copy = await rig.spend(session, 0, rig.draft({ lastSeenAt: start + 10_000 }));
    deepStrictEqual([copy.outcome, "userId" in copy && copy.userId], ["reused", "ada"]);
    strictEqual((await rig.spend(session, 1)).outcome, "started");
    const selector = session.series?.selector ?? "";
    const end = (): Promise<{ outcome: string }> =>
      rig.commit({ kind: "end_series", tenantId, selector, cause: rig.cause() });
    strictEqual((await end()).outcome, "ended");
    strictEqual((await end()).outcome, "already");
    strictEqual((await rig.byId(first.record.id))?.endReason, "signed_in_again");
    strictEqual((await rig.spend(session, 2)).outcome, "ended");
  },

  async "gives who repeats a remember-me token within the grace what was sealed, until its successor is used"(
    rig,
  ) {
    const session = await rig.begin();
    const first = await rig.spend(session, 0);
    ok(first.outcome === "started");
    const soon = rig.draft({ lastSeenAt: start + 9999 });
    const again = await rig.spend(session, 0, soon);
    deepStrictEqual(again, {
      outcome: "repeated",
      sealedSuccessor: `sealed-${session.series?.selector.replace("series-", "")}-1`,
      seriesExpiresAt: first.seriesExpiresAt,
    });
    strictEqual(await rig.byId(soon.id), undefined);
    strictEqual((await rig.byId(first.record.id))?.endedAt, null);
    strictEqual((await rig.spend(session, 1)).outcome, "started");
    strictEqual((await rig.spend(session, 0)).outcome, "reused");
    strictEqual((await rig.spend(session, 1)).outcome, "repeated");
    await rig.raise("ada");
    strictEqual((await rig.spend(session, 1)).outcome, "ended", "an epoch that has risen");

    const other = await rig.begin();
    await rig.spend(other, 0);
    const selector = other.series?.selector ?? "";
    await rig.commit({ kind: "end_series", tenantId, selector, cause: rig.cause() });
    strictEqual((await rig.spend(other, 0)).outcome, "ended", "a series that has ended");
  },

  async "spends no remember-me token past its end, or once the epoch has risen"(rig) {
    const old = await rig.begin();
    const late = rig.draft({ lastSeenAt: start + 720 * hour });
    strictEqual((await rig.spend(old, 0, late)).outcome, "ended");
    const session = await rig.begin();
    await rig.raise("ada");
    strictEqual((await rig.spend(session, 0)).outcome, "ended");
  },

  async "demands a fresh proof of a session, or of all of a user, and audits it once"(rig) {
    const [one, two] = [await rig.begin(), await rig.begin()];
    const three = await rig.begin();
    const demand = (target: DemandTarget): Promise<{ done: boolean }> =>
      rig.commit({
        kind: "demand_reauthentication",
        tenantId,
        userId: "ada",
        target,
        cause: rig.cause("suspicion"),
      });
    const demanded = async (): Promise<boolean[]> => {
      const records = await Promise.all([one, two, three].map(({ id }) => rig.byId(id)));
      return records.map((record) => record?.reauthenticationDemandedAt !== null);
    };
    strictEqual((await demand({ of: "session", sessionId: one.id })).done, true);
    strictEqual((await demand({ of: "session", sessionId: one.id })).done, false);
    deepStrictEqual(await demanded(), [true, false, false]);
    const selector = two.series?.selector ?? "";
    strictEqual((await demand({ of: "series", selector })).done, true);
    deepStrictEqual(await demanded(), [true, true, false]);
    strictEqual((await demand({ of: "user" })).done, true);
    deepStrictEqual(await demanded(), [true, true, true]);
    strictEqual(await rig.audited("reauthentication_demanded"), 3);
  },

  async "records a suspicion once a session and name"(rig) {
    const { id: sessionId } = await rig.begin();
    const record = (name: string, auditId: string): Promise<{ done: boolean }> =>
      rig.commit({
        kind: "record_suspicion",
        tenantId,
        userId: "ada",
        sessionId,
        name,
        auditId,
        at: start,
        address: null,
        consequence: {
          kind: "raise_epoch",
          scope: { tenantId, userId: "ada" },
          keep: null,
          cause: rig.cause("suspicion"),
        },
      });
    strictEqual((await record("device_changed", "a")).done, true);
    strictEqual((await record("device_changed", "b")).done, false);
    strictEqual((await record("ended_credential_used", "c")).done, true);
    strictEqual(await rig.audited("suspicion"), 1);
    strictEqual(await rig.audited("session_use_after_expire"), 1);
    strictEqual(await rig.audited("sessions_ended"), 2, "what follows is done as often");
  },

  async "lists a user's sessions, the most recently used first"(rig) {
    const [one, two, ended] = [await rig.begin(), await rig.begin(), await rig.begin()];
    await rig.begin({ userId: "grace" });
    await rig.commit({ kind: "touch", sessionId: one.id, at: start + 10 });
    await rig.end(ended.id);
    const listed = await rig.store.query({ kind: "sessions_of", tenantId, userId: "ada" });
    deepStrictEqual(
      listed.map(({ id }) => id),
      [one.id, two.id],
    );
  },

  async "pages through the audit, newest first, by user"(rig) {
    const sessions = [await rig.begin(), await rig.begin(), await rig.begin({ userId: "grace" })];
    const page = async (userId: string | null, before: string | null): Promise<string[]> => {
      const query = { kind: "audit", tenantId, userId, before, limit: 2 } as const;
      return (await rig.store.query(query)).map((entry) => entry.id);
    };
    const ids = sessions.map(({ auditId }) => auditId).toReversed();
    deepStrictEqual(await page(null, null), ids.slice(0, 2));
    deepStrictEqual(await page(null, ids[1] ?? null), ids.slice(2));
    deepStrictEqual(await page("grace", null), ids.slice(0, 1));
  },

  async "commits all acts together or none"(rig) {
    const session = rig.draft();
    const begin = {
      kind: "start",
      session,
      after: null,
      replaces: [],
      forgets: [],
      limit: null,
    } as const;
    const twice = rig.store.commit([begin, begin]);
    strictEqual(
      await twice.then(
        () => "committed",
        () => "failed",
      ),
      "failed",
    );
    strictEqual(await rig.byId(session.id), undefined);
    strictEqual(await rig.audited("session_created"), 0);
  },

  async "finds a remembered device with the epochs that judge it, in its own tenant"(rig) {
    const session = await rig.begin();
    const ended = await rig.begin();
    const find = (of = session, tenant = tenantId) =>
      rig.store.query({ kind: "series", tenantId: tenant, selector: of.series?.selector ?? "" });
    const found = await find();
    strictEqual(found?.userId, session.userId);
    strictEqual(found.verifierHash, session.series?.verifierHash);
    deepStrictEqual(found.epoch, found.currentEpoch);
    strictEqual(await find(session, "other"), null);
    await rig.end(ended.id);
    strictEqual((await find(ended))?.endReason, "logout");
    await rig.raise(session.userId);
    strictEqual((await find())?.currentEpoch.user, found.epoch.user + 1);
  },

  async "replaces the signing keys by compare and swap, and keeps their order"(rig) {
    const key = (id: string): SigningKeyRecord => ({
      id,
      algorithm: "ES256",
      publicJwk: "{}",
      privateJwk: "{}",
      sealed: true,
      createdAt: 1,
    });
    const set = async (from: string[], to: string[]): Promise<boolean> =>
      (await rig.commit({ kind: "set_signing_keys", from, keys: to.map(key) })).done;
    strictEqual(await set([], ["a"]), true);
    strictEqual(await set([], ["b"]), false, "another process was first");
    strictEqual(await set(["a"], ["c", "a"]), true);
    const { keys, installationEpoch } = await rig.store.query({ kind: "signing_keys" });
    deepStrictEqual(
      keys.map(({ id, sealed }) => [id, sealed]),
      [
        ["c", true],
        ["a", true],
      ],
    );
    await rig.raise(null, null);
    const later = await rig.store.query({ kind: "signing_keys" });
    strictEqual(later.installationEpoch, installationEpoch + 1);
  },

  async "carries a demand for a fresh proof over to what the device begins anew"(rig) {
    const session = await rig.begin();
    const target = { of: "session", sessionId: session.id } as const;
    const cause = rig.cause("suspicion");
    await rig.commit({ kind: "demand_reauthentication", tenantId, userId: "ada", target, cause });
    const begun = await rig.spend(session, 0);
    ok(begun.outcome === "started");
    ok(begun.record.reauthenticationDemandedAt);
  },
};
