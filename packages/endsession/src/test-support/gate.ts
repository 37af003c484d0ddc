/** Places at which transactions of PostgreSQL stand still, so that a test chooses what comes first. */
import { Pool, type PoolClient } from "pg";
import { afterAll } from "vitest";

const pools: Pool[] = [];
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
});

/** Connections that are closed behind the tests of a file. */
export function poolOf(connectionString: string, options = ""): Pool {
  const pool = new Pool({ connectionString, max: 10, options });
  pool.on("error", () => undefined);
  pools.push(pool);
  return pool;
}

/** Where a transaction stands still: after a row was written, until {@link Gate.open}. */
export const places = {
  "the session's row": "update on sessions for each row when (new.ended_at is not null)",
  "the family's row": "update on refresh_tokens for each row when (new.revoked_at is not null)",
  "all of its rows": "insert on audit for each row when (new.type = 'session_ended')",
  "the user's epoch": "update on users for each row",
  "the tenant's epoch": "insert or update on tenants for each row when (new.auth_version > 1)",
  "the successor": "update on refresh_tokens for each row when (new.generation > old.generation)",
} as const;

/** Holds transactions up at one place. */
export class Gate {
  readonly #client: PoolClient;
  private constructor(client: PoolClient) {
    this.#client = client;
  }

  static async shut(pool: Pool, place: keyof typeof places): Promise<Gate> {
    const client = await pool.connect();
    await client.query(
      `create function stand_still() returns trigger language plpgsql as
         'begin perform pg_advisory_xact_lock(1); return null; end';
       create trigger gate after ${places[place]} execute function stand_still();
       select pg_advisory_lock(1)`,
    );
    return new Gate(client);
  }

  /** Resolves when so many transactions wait, at the gate or for one that does. */
  async waiting(many: number): Promise<void> {
    for (;;) {
      const { rows } = await this.#client.query(
        `select count(*)::int as many from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if ((rows[0] as { many: number }).many >= many) return;
    }
  }

  async open(): Promise<void> {
    await this.#client.query("select pg_advisory_unlock(1)");
    this.#client.release();
  }
}
