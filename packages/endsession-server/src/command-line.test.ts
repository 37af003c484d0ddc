/** The command line, on real files and a real PostgreSQL. */
import { createEndSession, type Credentials, type EndSession } from "endsession";
import { postgresStore } from "endsession/postgres";
import { sqliteStore } from "endsession/sqlite";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase } from "../../../test/services/postgres.ts";
import type {} from "../../../test/services/setup.ts";
import { newFile, pipe, run } from "./test-support/run.ts";

const postgres = inject("postgres18");
const databases: [string, () => Promise<string>][] = [
  ["a SQLite file", async () => newFile()],
  ...(postgres === null
    ? []
    : [["PostgreSQL", () => createDatabase({ url: postgres })] as [string, () => Promise<string>]]),
];

/** What a command prints as JSON. */
async function json<T = Record<string, unknown>>(args: readonly string[], env = {}): Promise<T> {
  const { code, out, err } = await run([...args, "--json"], env);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}

describe.each(databases)("on %s", (_, newDatabase) => {
  let env: Record<string, string>;
  let server: EndSession;
  let pool: Pool | null = null;
  beforeAll(async () => {
    const location = await newDatabase();
    env = { ENDSESSION_DATABASE: location };
    pool = location.startsWith("postgres") ? new Pool({ connectionString: location }) : null;
    const store = pool ? await postgresStore(pool) : await sqliteStore(location);
    server = await createEndSession({ store, algorithm: "EdDSA", profile: "aal3" });
  });
  afterAll(async () => {
    await server.close();
    await pool?.end();
  });
  const startFor = (userId: string, tenantId = "default"): Promise<Credentials> =>
    server.sessions.start({
      userId,
      tenantId,
      tokens: { clientId: null },
      rememberMe: true,
      request: { address: "203.0.113.7", userAgent: "curl/8.0" },
    });
  const presented = ({ sessionToken }: Credentials) =>
    ({ kind: "session_token", token: sessionToken ?? "" }) as const;
  const outcome = async (of: Credentials): Promise<string> =>
    (await server.sessions.authenticate(presented(of))).outcome;

  it("lists the sessions of a user, aligned, and as JSON", async () => {
    const { session } = await startFor("list");
    const { code, out, err } = await run(["sessions", "list", "--user", "list"], env);
    expect([code, err]).toEqual([0, ""]);
    const [head = "", row = "", ...more] = out.split("\n");
    expect(more).toEqual([""]);
    expect(row.startsWith(`${session.id}  curl `)).toBe(true);
    expect(row.indexOf("curl")).toBe(head.indexOf("DEVICE"));
    expect(row.indexOf("pwd")).toBe(head.indexOf("METHODS"));
    const [one] = await json<Record<string, unknown>[]>(
      ["sessions", "list", "--user", "list"],
      env,
    );
    expect(one).toMatchObject({ id: session.id, user_id: "list", device: "curl" });
    const none = await run(["sessions", "list", "--user", "list", "--tenant", "other"], env);
    expect(none.out).toBe('The user "list" has no live session.\n');
  });

  it("LA-08: ends one session, which the server refuses from then on, and shows it", async () => {
    const [mine, other] = [await startFor("one"), await startFor("one")];
    expect([await outcome(mine), await outcome(other)]).toEqual(["live", "live"]);
    const { id } = mine.session;
    expect((await run(["sessions", "show", id], env)).out).toMatch(/ is live\.\nUser +one\n/);
    const ended = await run(["sessions", "end", id], env);
    expect([ended.code, ended.err]).toEqual([0, ""]);
    expect(ended.out).toMatch(/^The session \w{22} has ended\.\n.*\nAudit record: \w{22}\n$/);
    expect(server.sessions.check(presented(mine))?.outcome).not.toBe("live");
    expect([await outcome(mine), await outcome(other)]).toEqual(["ended", "live"]);
    expect(await json(["sessions", "show", id], env)).toMatchObject({
      live: false,
      reason: "administrator",
    });
    expect((await run(["sessions", "end", id], env)).out).toContain("had ended before");
    const none = await run(["sessions", "end", "nothing"], env);
    expect([none.code, none.err]).toEqual([
      1,
      'endsession: there is no session "nothing" in the tenant "default".\n',
    ]);
  });

  it("LA-08: ends all sessions of a user, of a tenant, and everything", async () => {
    const [ada, bob, eve] = [
      await startFor("ada"),
      await startFor("bob"),
      await startFor("eve", "t"),
    ];
    const end = ["sessions", "end", "--user", "ada"];
    expect((await run(end, env)).code).toBe(2);
    expect((await run(end, env, "no")).code).toBe(2);
    expect([await outcome(ada), await outcome(bob)]).toEqual(["live", "live"]);
    expect(await json([...end, "--yes"], env)).toMatchObject({ consistency: { mode: "strict" } });
    expect([await outcome(ada), await outcome(bob)]).toEqual(["ended", "live"]);
    expect((await run(["end-all", "--tenant", "t"], env, "yes")).code).toBe(0);
    const eves = await server.sessions.authenticate(presented(eve), { tenantId: "t" });
    expect([eves.outcome, await outcome(bob)]).toEqual(["ended", "live"]);
    const all = await run(["end-all", "--everything", "--yes"], env);
    expect(all.out).toMatch(
      /^The sessions of everybody have ended, and the signing keys are new\./,
    );
    expect(await outcome(bob)).toBe("ended");
  });

  it("filters the audit", async () => {
    const { session } = await startFor("audited");
    await run(["sessions", "end", session.id], env);
    const audit = (...args: string[]) =>
      json<Record<string, unknown>[]>(["audit", "--user", "audited", ...args], env);
    expect((await audit()).map(({ type }) => type)).toEqual(["session_ended", "session_created"]);
    expect(await audit("--type", "session_ended", "--since", "1h")).toMatchObject([
      { session_id: session.id, actor: "administrator", reason: "administrator" },
    ]);
    expect(await audit("--since", "2999-01-01")).toEqual([]);
    expect(await audit("--limit", "1", "--session", session.id)).toHaveLength(1);
    const { out } = await run(["audit", "--user", "audited"], env);
    expect(out.split("\n")[0]).toMatch(/^TIME +TYPE +REASON +USER +SESSION +BY +ADDRESS$/);
  });

  it("inspects every credential, and prints none", async () => {
    const { sessionToken, accessToken, refreshToken, rememberMeToken } = await startFor("seen");
    const tokens = [sessionToken, accessToken, refreshToken, rememberMeToken].map(String);
    const forms = [
      `Cookie: es_session=${tokens[0]}; a=b`,
      `Bearer ${tokens[1]}\n`,
      ...tokens.slice(2),
    ];
    const told: string[] = [];
    for (const [index, form] of forms.entries()) {
      const ran =
        index % 2 === 0 ? await run(["inspect", form], env) : await pipe(["inspect"], env, form);
      expect([ran.code, ran.err]).toEqual([0, ""]);
      expect(tokens.filter((token) => ran.out.includes(token.slice(10)))).toEqual([]);
      told.push(ran.out.split("\n")[0] ?? "");
    }
    expect(told).toEqual([
      "A session cookie's value, live.",
      "An access token, live.",
      "A refresh token, live.",
      "A remember-me token, live.",
    ]);
    await run(["sessions", "end", "--user", "seen", "--yes"], env);
    expect(await json(["inspect", String(sessionToken)], env)).toMatchObject({
      kind: "session_token",
      live: false,
      reason: "administrator",
      user_id: "seen",
    });
    expect((await run(["inspect", "es_s_junk"], env)).out).toMatch(/refused: its checksum/);
    expect((await run(["inspect", "hello"], env)).out).toMatch(/^No credential of endsession/);
  });

  it("lists and rotates the keys, of the installation's own algorithm", async () => {
    const [first] = await json<{ id: string }[]>(["keys", "list"], env);
    const ran = await run(["keys", "rotate"], env);
    expect(ran.out).toMatch(/^A new key signs, .* No session has ended\.\nKEY +ALGORITHM/);
    const keys = await json<Record<string, unknown>[]>(["keys", "list"], env);
    expect(keys).toMatchObject([
      { algorithm: "EdDSA", signs: true },
      { id: first?.id, signs: false },
    ]);
  });

  it("migrates, and the doctor has no complaint of the database", async () => {
    const fresh = { ENDSESSION_DATABASE: await newDatabase() };
    expect((await run(["migrate"], fresh)).out).toMatch(/are those of this version\.\n$/);
    const secrets = {
      ENDSESSION_SERVICE_TOKEN: "fK3q9Zx7Lm2Vb8Nw4Rt6Yp1Sd5Gh0Jc_a",
      ENDSESSION_ORIGIN: "https://app.example",
    };
    const findings = await json<Record<string, string>[]>(["doctor"], { ...env, ...secrets });
    expect(findings.filter(({ state }) => state === "fail")).toEqual([]);
    const states = new Map(findings.map(({ check, state }) => [check, state]));
    expect([states.get("database"), states.get("durability")]).toEqual(["ok", "ok"]);
    expect(states.get("clock")).toBe(pool ? "ok" : undefined);
  });
});

describe("wrong usage is told, with exit code 3", () => {
  it.each<[readonly string[], RegExp]>([
    [["sessions", "end"], /give either the id of one session or --user/],
    [["sessions", "end", "x", "--user", "y"], /give either the id/],
    [["sessions", "list"], /required option '--user <id>' not specified/],
    [["end-all"], /give either --tenant or --everything/],
    [["audit", "--since", "tomorrow", "--database", "x.db"], /--since is "tomorrow"; give a span/],
    [["audit", "--limit", "0"], /--limit is "0"; give a whole number/],
    [["audit", "--type", "x"], /Allowed choices are session_created/],
    [["sesions"], /unknown command 'sesions'.*\(Did you mean sessions\?\)/s],
    [["doctor", "--url", "app"], /--url is "app"/],
    [["keys", "list", "--database", "mysql://h/d"], /ENDSESSION_DATABASE names no database/],
  ])("%j", async (args, sentence) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(sentence);
  });
});

it("is coloured on a terminal alone, unless NO_COLOR is set", async () => {
  const env = { ENDSESSION_DATABASE: newFile() };
  await run(["migrate"], env);
  const coloured = async (isTTY: boolean, more = {}): Promise<boolean> => {
    const { out } = await run(["keys", "list"], { ...env, ...more }, null, isTTY);
    return out.includes("\u001B[");
  };
  expect([await coloured(true), await coloured(false)]).toEqual([true, false]);
  expect(await coloured(true, { NO_COLOR: "1" })).toBe(false);
});

describe("endsession restore", () => {
  it("ends everything in a file that a server has open, which forgets it", async () => {
    const path = newFile();
    const server = await createEndSession({ store: await sqliteStore(path) });
    const { sessionToken } = await server.sessions.start({ userId: "ada" });
    const presented = { kind: "session_token", token: sessionToken ?? "" } as const;
    expect((await server.sessions.authenticate(presented)).outcome).toBe("live");
    const ran = await run(["restore", "--database", path], {}, "yes");
    // The question is no result, and may not get into a file that stdout leads to.
    expect([ran.code, ran.err]).toEqual([0, expect.stringMatching(/sessions of everybody. Go on/)]);
    expect(ran.out).toMatch(/^All sessions have ended.*\nAudit record: \w{22}\n/s);
    expect(server.sessions.check(presented)).toBeUndefined();
    expect((await server.sessions.authenticate(presented)).outcome).toBe("ended");
    await server.close();
  });

  it.runIf(inject("postgres18"))("does so in PostgreSQL, and prints JSON", async () => {
    const url = await createDatabase({ url: inject("postgres18") ?? "" });
    const pool = new Pool({ connectionString: url });
    const server = await createEndSession({ store: await postgresStore(pool) });
    const { sessionToken } = await server.sessions.start({ userId: "ada" });
    const presented = { kind: "session_token", token: sessionToken ?? "" } as const;
    await server.sessions.authenticate(presented);
    const ran = await run(["restore", "--yes", "--json"], { ENDSESSION_DATABASE: url });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ scope: "all", consistency: { mode: "strict" } });
    expect((await server.sessions.authenticate(presented)).outcome).toBe("ended");
    await server.close();
    await pool.end();
  });

  it.each<[string, readonly string[], string | null, number, RegExp]>([
    ["no database", ["restore", "--yes"], null, 3, /--database or ENDSESSION_DATABASE/],
    ["no file", ["restore", "--yes", "--database", newFile()], null, 1, /there is no such file/],
    ["nobody to ask", ["restore", "--database", newFile()], null, 2, /agree to it by --yes/],
    ["a no", ["restore", "--database", newFile()], "no", 2, /nothing was changed/],
    ["a wrong option", ["restore", "--what"], null, 3, /unknown option '--what'/],
    [
      "no such folder",
      ["restore", "--yes", "--database", "/nowhere/x.db"],
      null,
      1,
      /cannot be opened/,
    ],
    [
      "no server",
      ["restore", "--yes", "--database", "postgres://u@127.0.0.1:1/d"],
      null,
      1,
      /cannot be used/,
    ],
  ])("says what is wrong: %s", async (_, args, typed, code, sentence) => {
    const ran = await run(args, {}, typed);
    expect([ran.code, ran.err]).toEqual([code, expect.stringMatching(sentence)]);
  });
});
