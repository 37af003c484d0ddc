/** A commit that the standby should confirm, and has not, is no success: with a real server. */
import { createEndSession } from "endsession";
import { postgresStore } from "endsession/postgres";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { createDatabase, startPostgres } from "./services/postgres.ts";

const waiting = "select pid from pg_stat_activity where wait_event = 'SyncRep'";

it("P1: a logout whose replication was broken off is not told as a success", async () => {
  const server = await startPostgres({ version: 15 });
  const admin = new Pool({ connectionString: server.url });
  const pool = new Pool({ connectionString: await createDatabase(server) });
  const of = await createEndSession({
    store: await postgresStore(pool),
    consistency: "bounded",
  });
  try {
    const { session } = await of.sessions.start({ userId: "ada" });
    await admin.query("alter system set synchronous_standby_names = 'nobody'");
    await admin.query("select pg_reload_conf()");
    await expect.poll(async () => settingOf(pool)).toBe("nobody");

    const ending = of.sessions.endOne({ userId: "ada", sessionId: session.id });
    const told = ending.then(
      () => "ended",
      (error: { code: string; cause: Error }) => `${error.code}: ${error.cause.message}`,
    );
    // The commit waits for a standby that is not there, until somebody has enough of it.
    await expect.poll(async () => (await admin.query(waiting)).rows.length).toBeGreaterThan(0);
    await admin.query(`select pg_cancel_backend(pid) from (${waiting}) as waits`);
    expect(await told).toMatch(
      /^ERR_STORE_UNAVAILABLE: The commit is not durable: .*synchronous replication/,
    );

    await admin.query("alter system reset synchronous_standby_names");
    await admin.query("select pg_reload_conf()");
    const retried = await of.sessions.endAll({ userId: "ada" });
    expect(retried.credentials.session_cookie).toBe("ended");
  } finally {
    await of.close();
    await pool.end();
    await admin.end();
    await server.stop();
  }
});

async function settingOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query("show synchronous_standby_names");
  return (rows[0] as { synchronous_standby_names: string }).synchronous_standby_names;
}
