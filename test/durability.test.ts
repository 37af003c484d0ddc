/** A commit that the standby should confirm, and has not, is no success: with a real server. */
import { createEndSession } from "endsession";
import { postgresStore } from "endsession/postgres";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { createDatabase, startPostgres } from "./services/postgres.ts";

const lost = /^ERR_STORE_UNAVAILABLE: The commit is not durable: .*synchronous replication/;
const waiting = "select pid from pg_stat_activity where wait_event = 'SyncRep'";

it("P1: what replication was broken off for is not told as a success", async () => {
  const server = await startPostgres({ version: 15 });
  const admin = new Pool({ connectionString: server.url });
  const pool = new Pool({ connectionString: await createDatabase(server) });
  const of = await createEndSession({
    store: await postgresStore(pool),
    consistency: "bounded",
  });
  try {
    const { session, refreshToken } = await of.sessions.start({
      userId: "ada",
      tokens: { clientId: null },
    });
    await admin.query("alter system set synchronous_standby_names = 'nobody'");
    await admin.query("select pg_reload_conf()");
    await expect.poll(async () => settingOf(pool)).toBe("nobody");

    const rotated = brokenOff(admin, () => of.sessions.refresh(refreshToken ?? ""));
    expect(await rotated).toMatch(lost);
    const ended = brokenOff(admin, () =>
      of.sessions.endOne({ userId: "ada", sessionId: session.id }),
    );
    expect(await ended).toMatch(lost);

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

/** Does what commits, and breaks off its waiting for the standby that is not there. */
async function brokenOff(admin: Pool, act: () => Promise<unknown>): Promise<string> {
  const told = act().then(
    () => "success",
    (error: { code: string; cause: Error }) => `${error.code}: ${error.cause.message}`,
  );
  await expect.poll(async () => (await admin.query(waiting)).rows.length).toBeGreaterThan(0);
  await admin.query(`select pg_cancel_backend(pid) from (${waiting}) as waits`);
  return told;
}

async function settingOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query("show synchronous_standby_names");
  return (rows[0] as { synchronous_standby_names: string }).synchronous_standby_names;
}
