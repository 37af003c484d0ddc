/**
 * A rotation locks no user: in the order in which connections stand still here, half way through
 * an end or through the rotation itself, nothing must be left alive once both are over.
 */
import type { Pool } from "pg";
import { describe, expect, it } from "vitest";
import type { Act, NewSession } from "../../core/acts.ts";
import { judge } from "../../core/session.ts";
import { Gate, type places, poolOf } from "../../test-support/gate.ts";
import { testDatabases } from "../../test-support/services.ts";
import { Rig } from "../contract/rig.ts";
import { postgresStore } from "./store.ts";

async function open(url: string, place: keyof typeof places) {
  const store = await postgresStore(poolOf(url));
  const rig = new Rig(store);
  const session = await rig.begin({ series: null });
  // Another user's, whose rotation shares a transaction with the first one's.
  const other = await rig.begin({ series: null, userId: "eve" });
  return { store, rig, session, other, gate: await Gate.shut(poolOf(url), place) };
}

/** What of a session is alive, rotated or not. */
async function alive(rig: Rig, session: NewSession): Promise<string[]> {
  const at = session.createdAt + 10;
  const record = await rig.byId(session.id);
  const found = record && judge(record, at).live ? ["session"] : [];
  for (const generation of [0, 1, 2]) {
    const { done } = await rig.rotate(session, generation, at);
    if (done) found.push(`generation ${generation}`);
  }
  return found;
}

for (const databases of testDatabases) {
  describe.runIf(databases.available)(databases.name, () => {
    describe.each(["alone", "in a list"])("a rotation %s", (way) => {
      const rotate = async (rig: Rig, session: NewSession, other: NewSession): Promise<boolean> => {
        const acts = (way === "alone" ? [session] : [other, session]).map((of) =>
          rig.rotation(of, 0, of.createdAt + 1),
        );
        const { outcomes } = await rig.store.commit(acts);
        return outcomes.at(-1)?.done ?? false;
      };

      it.each(["the session's row", "the user's epoch", "the tenant's epoch"] as const)(
        "RT-10: passes an end that has written %s, and dies with it",
        async (place) => {
          const { store, rig, session, other, gate } = await open(await databases.create(), place);
          const end =
            place === "the session's row"
              ? rig.end(session.id)
              : rig.raise(place === "the user's epoch" ? session.userId : null);
          await gate.waiting(1);
          expect(await rotate(rig, session, other)).toBe(true);
          await gate.open();
          await end;
          expect(await alive(rig, session)).toEqual([]);
          await store.close();
        },
      );

      it.each(["the family's row", "all of its rows"] as const)(
        "RT-10: waits for an end that has written %s, and is none",
        async (place) => {
          const { store, rig, session, other, gate } = await open(await databases.create(), place);
          const end = rig.end(session.id);
          await gate.waiting(1);
          const rotation = rotate(rig, session, other);
          await gate.waiting(2);
          await gate.open();
          expect((await end).outcome).toBe("ended");
          expect(await rotation).toBe(false);
          expect(await alive(rig, session)).toEqual([]);
          await store.close();
        },
      );

      it("RT-10: holds up an end until its successor can die with the rest", async () => {
        const { store, rig, session, other, gate } = await open(
          await databases.create(),
          "the successor",
        );
        const rotation = rotate(rig, session, other);
        await gate.waiting(1);
        const end = rig.end(session.id);
        await gate.waiting(2);
        await gate.open();
        expect(await rotation).toBe(true);
        expect((await end).outcome).toBe("ended");
        expect(await alive(rig, session)).toEqual([]);
        const record = await rig.byId(session.id);
        expect(record?.family).toMatchObject({ generation: 1, sealedSuccessor: null });
        await store.close();
      });
    });

    it("DESIGN 3: acts of one statement are durable, whatever the defaults of the role are", async () => {
      const url = await databases.create();
      const defaults =
        "-c synchronous_commit=off -c default_transaction_isolation=serializable -c lock_timeout=0";
      const store = await postgresStore(poolOf(url, defaults));
      const rig = new Rig(store);
      const watcher = poolOf(url);
      const lost: string[] = [];
      for (let round = 0; round < 10; round += 1) {
        const session = await rig.begin({ series: null });
        for (const act of actsOfOneStatement(rig, session)) {
          const before = await position(watcher, "pg_current_wal_insert_lsn()");
          const { done } = await rig.commit(act);
          const flushed = await position(watcher, "pg_current_wal_flush_lsn()");
          if (!done || flushed <= before) lost.push(`${round}: ${act.kind}`);
        }
      }
      expect(lost).toEqual([]);
      await store.close();
    });

    it("says for certain that nothing was written when a family's row stays locked", async () => {
      const url = await databases.create();
      const pool = poolOf(url);
      const store = await postgresStore(pool);
      const rig = new Rig(store);
      const session = await rig.begin({ series: null });
      const other = await pool.connect();
      await other.query("begin; select 1 from refresh_tokens for update");
      const rotation = rig.rotate(session, 0, session.createdAt + 1);
      await expect(rotation).rejects.toMatchObject({ code: "55P03", nothingWritten: true });
      await other.query("rollback");
      other.release();
      expect(await rig.rotate(session, 0, session.createdAt + 1)).toEqual({ done: true });
      await store.close();
    });

    it("cannot say that nothing was written when the connection breaks off", async () => {
      const url = await databases.create();
      const { store, rig, session, gate } = await open(url, "the successor");
      const rotation = rig.rotate(session, 0, session.createdAt + 1);
      const failure = rotation.catch((error: unknown) => error);
      await gate.waiting(1);
      await poolOf(url).query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      const error = await failure;
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toHaveProperty("nothingWritten");
      await gate.open();
      await store.close();
    });
  });
}

type OfOneStatement = Extract<Act, { kind: "rotate" | "count_grace" | "confirm" | "touch" }>;

function actsOfOneStatement(rig: Rig, session: NewSession): OfOneStatement[] {
  const at = session.createdAt + 1;
  const family = { familyId: session.family?.id ?? "", generation: 1, at };
  return [
    rig.rotation(session, 0, at),
    { kind: "count_grace", ...family, limit: 10 },
    { kind: "confirm", ...family },
    { kind: "touch", sessionId: session.id, at },
  ];
}

/** A place in the log of the server, in bytes. */
async function position(pool: Pool, of: string): Promise<bigint> {
  const { rows } = await pool.query(`select (${of} - '0/0')::text as place`);
  return BigInt((rows[0] as { place: string }).place);
}
