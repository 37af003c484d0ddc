/** What the database itself says. Nothing is made or changed in it. */
import { openDatabase as openSqlite } from "endsession/sqlite";
import type { Config } from "../config/config.ts";
import { isPostgres, isThere, openPool } from "../open/database.ts";
import { reasonOf, shownPlace } from "../open/usable.ts";
import { check, type Finding } from "./finding.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];
type Ask = (sql: string) => Promise<Rows>;

/** Looks at the database that the settings name. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const { database } = config;
  const { ok, warn, fail } = check("database");
  const place = shownPlace(database);
  if (!isThere(database)) {
    return [warn(`There is no file "${place}".`, "The service makes it at its first start.")];
  }
  try {
    const findings = isPostgres(database)
      ? await askPostgres(database, config)
      : await askSqlite(database, config);
    return [ok(`"${place}" answers.`), ...findings];
  } catch (error) {
    const advice = "Check the address, the user and the password, and that the server runs.";
    return [fail(`"${place}": ${reasonOf(error, database)}`, advice)];
  }
}

async function askSqlite(location: string, config: Config): Promise<Finding[]> {
  const database = await openSqlite(location);
  try {
    const ask: Ask = async (sql) => database.prepare(sql).all() as Rows;
    const tables = await ask("SELECT 1 FROM sqlite_master WHERE name = 'signing_keys'");
    return [check("durability").ok("WAL with synchronous=FULL."), await keys(ask, tables, config)];
  } finally {
    database.close();
  }
}

async function askPostgres(url: string, config: Config): Promise<Finding[]> {
  const pool = openPool(url);
  pool.on("error", () => undefined);
  try {
    const ask: Ask = async (sql) => (await pool.query<Record<string, unknown>>(sql)).rows;
    const before = Date.now();
    const [now] = await ask("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at");
    const after = Date.now();
    const [server = {}] = await ask(`
      SELECT current_setting('server_version_num')::int AS version,
        current_setting('synchronous_commit') AS synchronous, current_setting('fsync') AS fsync,
        pg_is_in_recovery() AS standby, inet_client_addr() IS NULL
          OR inet_client_addr() <<= '127.0.0.0/8' OR inet_client_addr() = '::1' AS local,
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls`);
    const tables = await ask("SELECT 1 FROM pg_tables WHERE tablename = 'signing_keys'");
    return [
      clock(Number(now?.["at"]), before, after),
      durability(server),
      primary(server),
      transport(server),
      await keys(ask, tables, config),
    ];
  } finally {
    await pool.end();
  }
}

/** Tokens and timeouts are judged by the clock of each instance. */
function clock(at: number, before: number, after: number): Finding {
  const { ok, warn, fail } = check("clock");
  const off = at < before ? at - before : Math.max(0, at - after);
  const seconds = `${Math.abs(off / 1000).toFixed(1)} s ${off < 0 ? "ahead of" : "behind"}`;
  const advice = "Run a time service (chrony, systemd-timesyncd) on both machines.";
  if (Math.abs(off) > 30_000) return fail(`This machine is ${seconds} the database.`, advice);
  if (Math.abs(off) > 2000) return warn(`This machine is ${seconds} the database.`, advice);
  return ok("It agrees with the database's, to within two seconds.");
}

function durability({ fsync, synchronous }: Rows[number]): Finding {
  const { ok, fail } = check("durability");
  if (fsync !== "on") {
    return fail("fsync is off: acknowledged ends would be lost in a crash.", "Set fsync = on.");
  }
  if (synchronous === "off" || synchronous === "local") {
    return ok(`synchronous_commit is ${String(synchronous)} by default; sessions end under "on".`);
  }
  return ok(`fsync is on, synchronous_commit is ${String(synchronous)}.`);
}

function primary({ standby, version }: Rows[number]): Finding {
  const { ok, fail } = check("server");
  const number = Math.floor(Number(version) / 10_000);
  if (number < 13) return fail(`PostgreSQL ${number}.`, "Run PostgreSQL 13 or newer.");
  if (standby === true) {
    return fail("It is a standby, which cannot be written to.", "Give the primary's address.");
  }
  return ok(`PostgreSQL ${number}, a primary.`);
}

function transport({ local, tls }: Rows[number]): Finding {
  const { ok, warn } = check("connection");
  if (tls === true) return ok("By TLS.");
  if (local === true) return ok("Without TLS, on this machine.");
  return warn(
    "Without TLS, across a network.",
    "Add ?sslmode=verify-full to the URL in ENDSESSION_DATABASE, unless the network is private.",
  );
}

async function keys(ask: Ask, tables: Rows, { secret }: Config): Promise<Finding> {
  const { ok, warn, fail } = check("signing keys");
  const found = tables.length === 0 ? [] : await ask("SELECT sealed FROM signing_keys");
  if (found.length === 0)
    return ok("There are none yet: the service makes one at its first start.");
  const sealed = found.filter((row) => row["sealed"] === 1).length;
  if (sealed > 0 && secret === null) {
    return fail(
      "They are sealed under a secret that is missing here.",
      "Give the secret of this installation in ENDSESSION_SECRET.",
    );
  }
  if (sealed < found.length && secret !== null) {
    return warn("They lie open still.", "Start the service with this secret: that seals them.");
  }
  return ok(`${found.length}, ${sealed === 0 ? "open" : "sealed"}.`);
}
