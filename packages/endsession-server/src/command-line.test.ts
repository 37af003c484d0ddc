/** The command line, on real files and a real PostgreSQL. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { createEndSession } from "endsession";
import { postgresStore } from "endsession/postgres";
import { sqliteStore } from "endsession/sqlite";
import { Pool } from "pg";
import { describe, expect, inject, it } from "vitest";
import { createDatabase } from "../../../test/services/postgres.ts";
import type {} from "../../../test/services/setup.ts";
import { runCommandLine } from "./command-line.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], env = {}, typed: string | null = null): Promise<Ran> {
  const written = { out: "", err: "" };
  const to = (name: "out" | "err") =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== null });
  if (typed !== null) stdin.write(`${typed}\n`);
  const streams = { stdin, stdout: to("out"), stderr: to("err") };
  const io = { env, streams, folder: tmpdir() };
  const code = await runCommandLine(["node", "endsession", ...args], io);
  return { code, ...written };
}

function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), "endsession-")), "sessions.db");
}

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
