/** The PostgreSQL store against real servers: the contract, durability, locks, and bad input. */
import { EventEmitter, once } from "node:events";
import { Pool, type PoolClient } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import type { Act, NewSession, StartSession } from "../../core/acts.ts";
import { Rig, tenantId } from "../contract/rig.ts";
import { storeContract } from "../contract.ts";
import { testDatabases } from "../../test-support/services.ts";
import { postgresStore } from "./store.ts";

const opened: Pool[] = [];
afterAll(async () => {
  await Promise.all(opened.map((pool) => pool.end()));
});

function poolOf(connectionString: string, options?: string): Pool {
  const pool = new Pool({ connectionString, max: 10, ...(options && { options }) });
  pool.on("error", () => undefined);
  opened.push(pool);
  return pool;
}

function startOf(session: NewSession): StartSession {
  return { kind: "start", session, after: null, replaces: [], forgets: [], limit: null };
}

function endOf(rig: Rig, sessionId: string): Act {
  return { kind: "end_session", tenantId, sessionId, cause: rig.cause() };
}

for (const databases of testDatabases) {
  const { name, available } = databases;
  const create = () => databases.create();
  describe.runIf(available)(name, () => {
    storeContract(it, async () => postgresStore(poolOf(await create())));

    it("takes a database of which another process has made the tables", async () => {
      const url = await create();
      const stores = await Promise.all([1, 2, 3, 4].map(() => postgresStore(poolOf(url))));
      const rigs = stores.map((store) => new Rig(store));
      const session = await rigs[0]?.begin();
      const records = await Promise.all(rigs.map((rig) => rig.byId(session?.id ?? "")));
      expect(records.map((record) => record?.userId)).toEqual(["ada", "ada", "ada", "ada"]);
      await Promise.all(stores.map((store) => store.close()));
    });

    it("DESIGN 3: an end is durable, whatever the defaults of the role are", async () => {
      const url = await create();
      const pool = poolOf(
        url,
        "-c synchronous_commit=off -c default_transaction_isolation=serializable",
      );
      const watched = watch(pool);
      const store = await postgresStore(poolOf(url)).then(async (first) => {
        await first.close();
        return postgresStore(watched.pool);
      });
      const rig = new Rig(store);
      const session = await rig.begin();
      watched.seen.length = 0;
      await rig.end(session.id);
      expect(watched.seen).toEqual(["on"]);
      await store.close();
    });

    it("I5: acts of one user wait for each other, in whatever order they meet", async () => {
      const url = await create();
      const stores = await Promise.all([1, 2].map(() => postgresStore(poolOf(url))));
      const [one, two] = stores.map((store) => new Rig(store)) as [Rig, Rig];
      for (let round = 0; round < 30; round += 1) {
        const users = [`a${round}`, `b${round}`, `c${round}`];
        const sessions = await Promise.all(users.map((userId) => one.begin({ userId })));
        // Two transactions end the same sessions in opposite orders, and begin new ones meanwhile.
        const forth = sessions.map(({ id }) => endOf(one, id));
        const back = sessions.map(({ id }) => endOf(two, id)).toReversed();
        const begin = users.map((userId) =>
          startOf(
            two.draft({
              userId,
              id: `x${round}${userId}`,
              tokenHash: null,
              family: null,
              series: null,
              auditId: `x${round}${userId}`,
            }),
          ),
        );
        const [first, second] = await Promise.all([
          stores[0]?.commit(forth),
          stores[1]?.commit([...begin.toReversed(), ...back]),
        ]);
        const ended = [...(first?.outcomes ?? []), ...(second?.outcomes.slice(3) ?? [])].filter(
          (outcome) => "outcome" in outcome && outcome.outcome === "ended",
        );
        expect(ended).toHaveLength(3);
      }
      await Promise.all(stores.map((store) => store.close()));
    });

    it("begins the first sessions of a new user side by side", async () => {
      const url = await create();
      const stores = await Promise.all([1, 2, 3].map(() => postgresStore(poolOf(url))));
      const rigs = stores.map((store) => new Rig(store));
      const starts = Array.from({ length: 30 }, async (_, index) => {
        const rig = rigs[index % 3] as Rig;
        const id = `first-${index}`;
        const draft = { id, userId: `new-${index % 2}`, tokenHash: id, auditId: id };
        return rig.commit(startOf(rig.draft({ ...draft, family: null, series: null })));
      });
      const outcomes = await Promise.all(starts);
      expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["started"]));
      await Promise.all(stores.map((store) => store.close()));
    });

    it("says for certain that nothing was written when a user's row stays locked", async () => {
      const url = await create();
      const pool = poolOf(url);
      const store = await postgresStore(pool);
      const rig = new Rig(store);
      const session = await rig.begin();
      const other = await pool.connect();
      await other.query("begin; select 1 from users for update");
      await expect(rig.end(session.id)).rejects.toMatchObject({ nothingWritten: true });
      await other.query("rollback");
      other.release();
      expect((await rig.end(session.id)).outcome).toBe("ended");
      await store.close();
    }, 20_000);

    it("ends the session of a user whose row an instance has locked that stands still since", async () => {
      const url = await create();
      const store = await postgresStore(poolOf(url));
      const rig = new Rig(store);
      const session = await rig.begin();
      const moments = new EventEmitter();
      const [stood, goesOn] = [once(moments, "stood"), once(moments, "goes on")];
      const frozen = await postgresStore(
        around(poolOf(url), async (_, text, run) => {
          if (text.startsWith('update "sessions"')) {
            moments.emit("stood");
            await goesOn;
          }
          return run();
        }),
      );
      const late = new Rig(frozen).end(session.id);
      await stood;
      expect((await rig.end(session.id)).outcome).toBe("ended");
      moments.emit("goes on");
      await expect(late).rejects.toThrow();
      await Promise.all([store.close(), frozen.close()]);
    }, 20_000);

    it("answers again after the server has closed all connections", async () => {
      const url = await create();
      const pool = poolOf(url);
      const store = await postgresStore(pool);
      const rig = new Rig(store);
      const session = await rig.begin();
      await killOthers(url);
      const outcome = await settled(() => rig.byId(session.id));
      expect(outcome?.id).toBe(session.id);
      await store.close();
    });

    it.each([5000, 20_000])("finds everything by an index, among %s sessions", async (rows) => {
      const url = await create();
      const pool = poolOf(url);
      const store = await postgresStore(pool);
      await fill(pool, rows);
      const plans: string[] = [];
      const explained = await postgresStore(explaining(pool, plans));
      const rig = new Rig(explained);
      const session = await rig.begin({ userId: "user-7" });
      await rig.byId(session.id);
      await explained.find([1, 2, 3].map((n) => ({ by: "token", tenantId, tokenHash: `t-${n}` })));
      await rig.rotate(session, 0, session.createdAt + 1);
      const others = await Promise.all([1, 2].map((n) => rig.begin({ userId: `user-${n}` })));
      await explained.commit(others.map((other) => rig.rotation(other, 0, other.createdAt + 1)));
      await rig.end(session.id);
      await explained.commit(others.map(({ id }) => endOf(rig, id)));
      await rig.raise("user-9");
      const scans = plans.filter((plan) => /Seq Scan on (?!installation|ends|tenants)/.test(plan));
      expect(plans.length).toBeGreaterThan(15);
      expect(scans).toEqual([]);
      await store.close();
      await explained.close();
    });
  });
}

const [first] = testDatabases;

describe.runIf(first?.available === true)("a server that cannot be used", () => {
  it.each([
    ["postgres://nobody@127.0.0.1:1/none", /cannot be used: connect ECONNREFUSED/],
    ["postgres://nobody@no-such-host.invalid/none", /cannot be used: .*no-such-host\.invalid/],
  ])("%s is told in a sentence", async (url, sentence) => {
    await expect(postgresStore(poolOf(url))).rejects.toMatchObject({
      code: "ERR_SETTING_INVALID",
      message: expect.stringMatching(sentence) as string,
    });
  });

  it("a database of a newer version is left alone", async () => {
    const url = (await first?.create()) ?? "";
    const pool = poolOf(url);
    await (await postgresStore(pool)).close();
    await pool.query("insert into endsession_migrations values ('9999-future', '2030-01-01')");
    await expect(postgresStore(pool)).rejects.toMatchObject({ code: "ERR_STORE_NEWER" });
  });
});

/** Sees under which `synchronous_commit` each transaction commits. */
function watch(pool: Pool): { readonly pool: Pool; readonly seen: string[] } {
  const seen: string[] = [];
  const watching = around(pool, async (client, text, query) => {
    if (text === "COMMIT") {
      const { rows } = await client.query("show synchronous_commit");
      seen.push((rows[0] as { synchronous_commit: string }).synchronous_commit);
    }
    return query();
  });
  return { pool: watching, seen };
}

function explaining(pool: Pool, plans: string[]): Pool {
  return around(pool, async (client, text, query, values) => {
    if (/^(select|insert|update|delete|with)/.test(text) && values !== undefined) {
      const { rows } = await client.query(`explain ${text}`, values);
      plans.push(rows.map((row: { "QUERY PLAN": string }) => row["QUERY PLAN"]).join("\n"));
    }
    return query();
  });
}

type Around = (
  client: PoolClient,
  text: string,
  query: () => Promise<unknown>,
  values?: unknown[],
) => Promise<unknown>;

function around(pool: Pool, call: Around): Pool {
  return new Proxy(pool, {
    get(target, name) {
      if (name !== "connect") {
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      }
      return async () => {
        const client = await target.connect();
        const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
        return new Proxy(client, {
          get(of, key) {
            const value: unknown = Reflect.get(of, key);
            if (key !== "query") {
              return typeof value === "function" ? (value.bind(of) as unknown) : value;
            }
            return (config: { text?: string; values?: unknown[] }, ...rest: unknown[]) =>
              call(of, config.text ?? "", () => query(config, ...rest), config.values);
          },
        });
      };
    },
  });
}

async function killOthers(url: string): Promise<void> {
  const pool = poolOf(url);
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
}

async function settled<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      // The pool finds its broken connections out one by one.
    }
  }
}

async function fill(pool: Pool, rows: number): Promise<void> {
  await pool.query(`insert into tenants (id) values ('default') on conflict do nothing`);
  await pool.query(
    `insert into users (tenant_id, id)
     select 'default', 'user-' || n from generate_series(1, 5000) n`,
  );
  await pool.query(
    `insert into sessions (id, tenant_id, user_id, token_hash, auth_version, tenant_auth_version,
       installation_auth_version, created_at, authenticated_at, last_seen_at, expires_at, methods,
       device, series)
     select 's-' || n, 'default', 'user-' || n % 5000, 't-' || n, 1, 1, 1, 0, 0, 0, 4e12, '[]', '{}',
       'series-' || n from generate_series(1, $1::int) n`,
    [rows],
  );
  await pool.query(
    `insert into refresh_tokens (family_id, session_id, generation, token_hash, issued_at,
       rotated_at, expires_at, idle_expires_at)
     select 'f-' || n, 's-' || n, 0, 'r-' || n, 0, 0, 4e12, 4e12 from generate_series(1, $1::int) n`,
    [rows],
  );
  await pool.query(
    `insert into remember_me_tokens (selector, tenant_id, user_id, verifier_hash, auth_version,
       tenant_auth_version, installation_auth_version, authenticated_at, issued_at, expires_at)
     select 'series-x' || n, 'default', 'user-' || n % 5000, 'v', 1, 1, 1, 0, 0, 4e12
       from generate_series(1, $1::int) n`,
    [rows],
  );
  await pool.query(
    `insert into audit (id, at, type, tenant_id, actor)
     select 'a-' || n, 0, 'x', 'default', 'user' from generate_series(1, $1::int) n`,
    [rows],
  );
  await pool.query("analyze");
}
