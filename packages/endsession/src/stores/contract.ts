/**
 * The contract of a store, as a function that registers its tests. It works with every test
 * runner that has a function `(name, body)`, such as vitest's `it` or `test` of node:test:
 *
 * ```ts
 * storeContract(it, () => sqliteStore(":memory:"));
 * ```
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Act, NewSession, OutcomeOf } from "../core/acts.ts";
import type { Cause } from "../core/audit.ts";
import type { SessionRecord } from "../core/session.ts";
import type { Store } from "../core/store.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** Registers one test. */
export type ContractTest = (name: string, body: () => Promise<void>) => void;

const tenantId = "default";
const start = 1_800_000_000_000;
const hour = 3_600_000;

/** Registers every test of the contract. `open` gives a new, empty store each time. */
export function storeContract(test: ContractTest, open: () => Promise<Store>): void {
  for (const [name, body] of Object.entries(cases)) {
    test(name, async () => {
      const store = await open();
      try {
        await body(new Rig(store));
      } finally {
        await store.close();
      }
    });
  }
}

/** A store with the few calls that the cases are told in. */
class Rig {
  readonly store: Store;
  #count = 0;

  constructor(store: Store) {
    this.store = store;
  }

  async commit<A extends Act>(act: A): Promise<OutcomeOf<A>> {
    const [outcome] = await this.store.commit([act]);
    return outcome as OutcomeOf<A>;
  }

  /** A session with every kind of credential, unless told otherwise. */
  draft(over: Partial<NewSession> = {}): NewSession {
    this.#count += 1;
    const name = `${this.#count}`;
    return {
      id: `sid-${name}`,
      tenantId,
      userId: "ada",
      tokenHash: `token-${name}`,
      createdAt: start,
      authenticatedAt: start,
      lastSeenAt: start,
      expiresAt: start + 24 * hour,
      idleTimeout: hour,
      methods: ["pwd"],
      device: { name: "Firefox on Linux", browser: "Firefox", platform: "Linux" },
      place: null,
      family: {
        id: `family-${name}`,
        clientId: null,
        tokenHash: `refresh-${name}-0`,
        expiresAt: start + 24 * hour,
        idleExpiresAt: start + 12 * hour,
      },
      series: {
        selector: `series-${name}`,
        verifierHash: `verifier-${name}-0`,
        expiresAt: start + 720 * hour,
      },
      auditId: `start-${name}`,
      actor: "user",
      address: "192.0.2.7",
      ...over,
    };
  }

  async begin(over: Partial<NewSession> = {}): Promise<NewSession> {
    const session = this.draft(over);
    const outcome = await this.commit({
      kind: "start",
      session,
      after: null,
      replaces: [],
      limit: null,
    });
    strictEqual(outcome.outcome, "started");
    return session;
  }

  cause(reason: EndReason = "logout", at: number = start + 1000): Cause {
    this.#count += 1;
    return { auditId: `end-${this.#count}`, at, actor: "user", reason, address: null };
  }

  async byId(sessionId: string, tenant: string = tenantId): Promise<SessionRecord | undefined> {
    const [record] = await this.store.find([{ by: "id", tenantId: tenant, sessionId }]);
    return record;
  }

  async audited(type: string): Promise<number> {
    const query = { kind: "audit", tenantId, userId: null, before: null, limit: 1000 } as const;
    const entries = await this.store.query(query);
    return entries.filter((entry) => entry.type === type).length;
  }

  end(sessionId: string, cause: Cause = this.cause()): Promise<OutcomeOf<EndSessionAct>> {
    return this.commit({ kind: "end_session", tenantId, sessionId, cause });
  }

  raise(
    userId: string | null,
    tenant: string | null = tenantId,
  ): Promise<OutcomeOf<Extract<Act, { kind: "raise_epoch" }>>> {
    const scope = { tenantId: tenant, userId };
    return this.commit({ kind: "raise_epoch", scope, keep: null, cause: this.cause("logout_all") });
  }

  rotate(session: NewSession, generation: number, at: number): Promise<{ done: boolean }> {
    const name = session.family?.id.replace("family-", "") ?? "";
    return this.commit({
      kind: "rotate",
      familyId: session.family?.id ?? "",
      generation,
      tokenHash: `refresh-${name}-${generation}`,
      nextHash: `refresh-${name}-${generation + 1}`,
      sealedSuccessor: `sealed-${generation + 1}`,
      idleExpiresAt: start + 12 * hour,
      at,
    });
  }

  spend(
    session: NewSession,
    generation: number,
    draft: NewSession = this.draft(),
  ): Promise<SpendOutcome> {
    const { selector = "" } = session.series ?? {};
    const name = selector.replace("series-", "");
    return this.commit({
      kind: "spend_remember_me",
      selector,
      verifierHash: `verifier-${name}-${generation}`,
      nextVerifierHash: `verifier-${name}-${generation + 1}`,
      session: { ...draft, tenantId: session.tenantId },
      limit: null,
    });
  }
}

type EndSessionAct = Extract<Act, { kind: "end_session" }>;
type SpendOutcome = OutcomeOf<Extract<Act, { kind: "spend_remember_me" }>>;

const cases: Record<string, (rig: Rig) => Promise<void>> = {
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

  async "keeps tenants apart: no key of one finds, ends or spends anything of another"(rig) {
    const session = await rig.begin();
    strictEqual(await rig.byId(session.id, "other"), undefined);
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

  async "ends a session once: its tokens die with it, and one audit record stays"(rig) {
    const session = await rig.begin();
    const cause = rig.cause();
    deepStrictEqual(await rig.end(session.id, cause), { outcome: "ended", auditId: cause.auditId });
    deepStrictEqual(await rig.end(session.id), { outcome: "already", auditId: cause.auditId });
    const record = await rig.byId(session.id);
    strictEqual(record?.endReason, "logout");
    strictEqual(record?.endAuditId, cause.auditId);
    ok(record?.family?.revokedAt);
    strictEqual(record.family.sealedSuccessor, null);
    strictEqual((await rig.spend(session, 0)).outcome, "ended");
    strictEqual(await rig.audited("session_ended"), 1);
    deepStrictEqual(await rig.end("never"), { outcome: "unknown", auditId: null });
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
      rig.commit({ kind: "start", session: rig.draft(), after: mark, replaces: [], limit: null });
    strictEqual((await begin(after)).outcome, "started");
    await rig.raise("grace");
    strictEqual((await begin(after)).outcome, "started", "another user's end is no obstacle");
    await rig.raise("ada");
    strictEqual((await begin(after)).outcome, "credentials_changed");
    strictEqual((await begin(await rig.store.query({ kind: "mark" }))).outcome, "started");
    await rig.raise(null);
    strictEqual((await begin(after)).outcome, "credentials_changed");
  },

  async "a single logout is no obstacle to a start"(rig) {
    const session = await rig.begin();
    const after = await rig.store.query({ kind: "mark" });
    await rig.end(session.id);
    const draft = rig.draft();
    const act = { kind: "start", session: draft, after, replaces: [], limit: null } as const;
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
      keep: { sessionId: kept.id, successor },
      cause: rig.cause("logout_others"),
    });
    strictEqual(raised.kept?.id, successor.id);
    deepStrictEqual(raised.kept?.epoch, raised.kept?.currentEpoch);
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
      keep: { sessionId: kept.id, successor: rig.draft() },
      cause: rig.cause("password_changed"),
    });
    strictEqual(raised.kept, null);
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
      rig.commit({ kind: "count_grace", familyId, generation, at });
    await rig.rotate(session, 0, start + 1);
    strictEqual((await confirm(0)).done, false);
    strictEqual((await confirm(1)).done, true);
    strictEqual((await confirm(1)).done, false, "once");
    strictEqual((await count(0)).done, false);
    strictEqual((await count(1)).done, true);
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
    const raised = await rig.begin();
    await rig.raise("ada");
    strictEqual(await touch(raised.id, start + 1), false);
  },

  async "spends a remember-me token once, and knows a copy"(rig) {
    const session = await rig.begin();
    const first = await rig.spend(session, 0);
    ok(first.outcome === "started");
    strictEqual(first.record.series, session.series?.selector);
    strictEqual(first.record.authenticatedAt, start);
    const copy = await rig.spend(session, 0);
    deepStrictEqual([copy.outcome, "userId" in copy && copy.userId], ["reused", "ada"]);
    strictEqual((await rig.spend(session, 1)).outcome, "started");
    const selector = session.series?.selector ?? "";
    const end = (verifierHash: string | null): Promise<{ outcome: string }> =>
      rig.commit({ kind: "end_series", tenantId, selector, verifierHash, cause: rig.cause() });
    strictEqual((await end("wrong")).outcome, "unknown");
    strictEqual((await end(null)).outcome, "ended");
    strictEqual((await end(null)).outcome, "already");
    strictEqual((await rig.byId(first.record.id))?.endReason, "logout", "begun from the series");
    strictEqual((await rig.spend(session, 2)).outcome, "ended");
  },

  async "spends no remember-me token past its end, or once the epoch has risen"(rig) {
    const old = await rig.begin();
    const late = rig.draft({ lastSeenAt: start + 720 * hour });
    strictEqual((await rig.spend(old, 0, late)).outcome, "ended");
    const session = await rig.begin();
    await rig.raise("ada");
    strictEqual((await rig.spend(session, 0)).outcome, "ended");
  },

  async "ends the longest unused sessions beyond the limit, with an audit record each"(rig) {
    const begin = async (lastSeenAt: number): Promise<NewSession> => {
      const session = rig.draft({ lastSeenAt });
      await rig.commit({ kind: "start", session, after: null, replaces: [], limit: 2 });
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
    await rig.commit({ kind: "start", session, after: null, replaces, limit: null });
    strictEqual((await rig.byId(before.id))?.endReason, "signed_in_again");
  },

  async "demands a fresh proof of a session, or of all of a user, and audits it once"(rig) {
    const [one, two] = [await rig.begin(), await rig.begin()];
    const demand = (sessionId: string | null): Promise<{ done: boolean }> =>
      rig.commit({
        kind: "demand_reauthentication",
        tenantId,
        userId: "ada",
        sessionId,
        cause: rig.cause("suspicion"),
      });
    strictEqual((await demand(one.id)).done, true);
    strictEqual((await demand(one.id)).done, false);
    strictEqual((await rig.byId(two.id))?.reauthenticationDemandedAt, null);
    strictEqual((await demand(null)).done, true);
    ok((await rig.byId(two.id))?.reauthenticationDemandedAt);
    strictEqual(await rig.audited("reauthentication_demanded"), 2);
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
      });
    strictEqual((await record("device_changed", "a")).done, true);
    strictEqual((await record("device_changed", "b")).done, false);
    strictEqual((await record("ended_credential_used", "c")).done, true);
    strictEqual(await rig.audited("suspicion"), 1);
    strictEqual(await rig.audited("session_use_after_expire"), 1);
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
    const begin = { kind: "start", session, after: null, replaces: [], limit: null } as const;
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

  async "keeps the first signing key of several"(rig) {
    const key = (id: string): Promise<{ done: boolean }> =>
      rig.commit({
        kind: "add_signing_key",
        key: {
          id,
          algorithm: "ES256",
          publicJwk: "{}",
          privateJwk: "{}",
          sealed: true,
          createdAt: 1,
        },
      });
    strictEqual((await key("a")).done, true);
    strictEqual((await key("b")).done, false);
    const keys = await rig.store.query({ kind: "signing_keys" });
    deepStrictEqual(
      keys.map(({ id, sealed }) => [id, sealed]),
      [["a", true]],
    );
  },

  async "sweeps what is dead past all use, and marks what an epoch has ended"(rig) {
    const old = await rig.begin({ expiresAt: start + 1 });
    const live = await rig.begin();
    const raised = await rig.begin({ userId: "grace" });
    await rig.raise("grace");
    const swept = await rig.commit({
      kind: "sweep",
      at: start + hour,
      removeBefore: start + 2,
      removeAuditBefore: start + 2,
      grace: 10_000,
    });
    strictEqual(swept.marked, 1);
    ok(swept.removed >= 2);
    strictEqual(await rig.byId(old.id), undefined);
    strictEqual((await rig.byId(live.id))?.endedAt, null);
    strictEqual((await rig.byId(raised.id))?.endReason, "logout_all");
  },
};
