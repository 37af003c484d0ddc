/** The settings, and the sentences that say what is wrong with them. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "./read.ts";
import { variables } from "./variables.ts";

const folderWith = (file: string | object | null = null): string => {
  const folder = mkdtempSync(join(tmpdir(), "endsession-config-"));
  if (file !== null) {
    const text = typeof file === "string" ? file : JSON.stringify(file);
    writeFileSync(join(folder, "endsession.config.json"), text);
  }
  return folder;
};

const read = (env: Record<string, string>, file: string | object | null = null) =>
  readConfig({ env, file: null, folder: folderWith(file) });

/** What is said of settings that cannot be used. */
const refusal = (env: Record<string, string>, file: string | object | null = null): string => {
  try {
    read(env, file);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

const token = "a service token of enough letters";

describe("settings that are right", () => {
  it("have defaults", () => {
    const { config, file } = read({});
    expect(file).toBeNull();
    expect(config).toMatchObject({
      database: "file:./endsession.db",
      host: "127.0.0.1",
      port: 8414,
      logLevel: "info",
      profile: "aal2",
      serviceToken: null,
      cookies: { sameSite: "Lax", domain: null, partitioned: false, previous: [] },
    });
  });

  it("come from the environment before the file, member by member", () => {
    const env = { ENDSESSION_PORT: "9000", ENDSESSION_COOKIE_SAME_SITE: "None" };
    const { config, nameOf } = read(env, {
      port: 1,
      host: "::1",
      cookies: { sameSite: "Strict", partitioned: true, previous: [{ path: "/app" }] },
    });
    expect(config).toMatchObject({
      port: 9000,
      host: "::1",
      cookies: { sameSite: "None", partitioned: true, previous: [{ path: "/app" }] },
    });
    expect([nameOf("port"), nameOf("host"), nameOf("redis")]).toEqual([
      "ENDSESSION_PORT",
      '"host" in endsession.config.json',
      "ENDSESSION_REDIS",
    ]);
  });

  it("are read from lists, flags and files of secrets; an empty variable says nothing", () => {
    const folder = folderWith();
    writeFileSync(join(folder, "token"), `${token}\n`);
    const env = {
      ENDSESSION_SERVICE_TOKEN_FILE: "token",
      ENDSESSION_TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8,fd00::/8",
      ENDSESSION_COOKIE_PARTITIONED: "true",
      ENDSESSION_REDIS: "",
    };
    const { config } = readConfig({ env, file: null, folder });
    expect(config.serviceToken).toBe(token);
    expect(config.trustedProxies).toEqual(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
    expect([config.cookies.partitioned, config.redis]).toEqual([true, null]);
  });

  it("leave alone what other programs and Kubernetes put into the environment", () => {
    const env = {
      ENDSESSION_SERVICE_HOST: "10.0.0.1",
      ENDSESSION_SERVICE_PORT: "8414",
      ENDSESSION_PORT_8414_TCP: "tcp://10.0.0.1:8414",
      ENDSESSION_CHROMIUM: "/usr/bin/chromium",
    };
    expect(refusal(env)).toBe("accepted");
  });

  it("are all in docs/service.md, with their defaults and an example", () => {
    const docs = readFileSync(new URL("../../../../docs/service.md", import.meta.url), "utf8");
    const rows = [...docs.matchAll(/^\| `(ENDSESSION_\w+)` +\| `([\w.]+)` +\| (.+?) +\|/gmu)];
    expect(rows.map(([, name, key]) => [name, key])).toEqual(
      variables.map(({ name, key }) => [name, key]),
    );
    const defaults = read({}).config as unknown as Record<string, Record<string, unknown>>;
    for (const [, , key = "", told = ""] of rows) {
      const [group = "", member] = key.split(".");
      const value = member === undefined ? defaults[group] : defaults[group]?.[member];
      if (told.startsWith("`")) expect([key, told]).toEqual([key, `\`${String(value)}\``]);
      else expect([key, null, "", []]).toContainEqual(value);
    }
    const [, example = ""] = /^```json\n([\s\S]*?)^```$/mu.exec(docs) ?? [];
    expect(read({}, example).config.trustedProxies).toHaveLength(2);
  });

  it("each have a variable of its own", () => {
    const names = variables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("settings that are wrong", () => {
  it.each<[string, Record<string, string>, object | string | null, string]>([
    [
      "a short secret",
      { ENDSESSION_SECRET: "short" },
      null,
      "ENDSESSION_SECRET has 5 characters; give at least 32 random ones, for example from: " +
        "openssl rand -base64 32.",
    ],
    [
      "a port",
      { ENDSESSION_PORT: "80a" },
      null,
      'ENDSESSION_PORT is "80a"; give a whole number from 0 to 65535.',
    ],
    [
      "a port in the file",
      {},
      { port: 70_000 },
      '"port" in endsession.config.json is 70000; give a whole number from 0 to 65535.',
    ],
    [
      "Kubernetes' port",
      { ENDSESSION_PORT: "tcp://10.0.0.1:8414" },
      null,
      'ENDSESSION_PORT is "tcp://10.0.0.1:8414", which Kubernetes sets for a service named "endsession"; ' +
        "set enableServiceLinks: false in the pod, or name the service otherwise.",
    ],
    [
      "a database of another kind",
      { ENDSESSION_DATABASE: "mysql://u:hidden@h/d" },
      null,
      "ENDSESSION_DATABASE names no database; give a SQLite file such as file:./endsession.db, or a URL such as postgres://user:password@127.0.0.1:5432/name, with special characters of the password as in encodeURIComponent.",
    ],
    [
      "an origin with a path",
      { ENDSESSION_ORIGIN: "https://app.example/" },
      null,
      'ENDSESSION_ORIGIN is "https://app.example/"; give an origin without a path, such as https://app.example.',
    ],
    [
      "one of a list",
      { ENDSESSION_TRUSTED_PROXIES: "10.0.0.0/33" },
      null,
      'ENDSESSION_TRUSTED_PROXIES is "10.0.0.0/33"; give addresses or networks such as ["127.0.0.1", "10.0.0.0/8"], in a variable with commas between.',
    ],
    [
      "a word",
      { ENDSESSION_COOKIE_SAME_SITE: "none" },
      null,
      'ENDSESSION_COOKIE_SAME_SITE is "none"; give Lax, Strict or None.',
    ],
    [
      "an unknown key",
      {},
      { databse: "x.db" },
      '"databse" is no setting; did you mean "database"?',
    ],
    [
      "an unknown member",
      {},
      { cookies: { samesite: "Lax" } },
      '"cookies.samesite" is no setting; did you mean "sameSite"?',
    ],
    [
      "a key like no other",
      {},
      { cookies: { zzz: 1 } },
      '"cookies.zzz" is no setting; the keys are sameSite, domain, partitioned, previous.',
    ],
    [
      "an unknown variable",
      { ENDSESSION_TRUSTED_PROXY: "::1" },
      null,
      "ENDSESSION_TRUSTED_PROXY is no setting; did you mean ENDSESSION_TRUSTED_PROXIES? Rename it, or remove it.",
    ],
    [
      "no JSON",
      {},
      '{"port": 1,}',
      'The configuration file "endsession.config.json" is no JSON object; write one such as {"port": 8414}, without comments or a comma behind the last entry.',
    ],
    [
      "a list for a file",
      {},
      "[]",
      'The configuration file "endsession.config.json" is no JSON object; write one such as {"port": 8414}, without comments or a comma behind the last entry.',
    ],
    [
      "timeouts",
      { ENDSESSION_IDLE_SECONDS: "90000" },
      null,
      "ENDSESSION_IDLE_SECONDS makes the idle timeout (90000 s) longer than the absolute one (86400 s); give an idle timeout up to the absolute one.",
    ],
    [
      "a secret twice",
      { ENDSESSION_SECRET: token, ENDSESSION_SECRET_FILE: "x" },
      null,
      "ENDSESSION_SECRET and ENDSESSION_SECRET_FILE are both set; keep one of them.",
    ],
    [
      "a secret's file",
      { ENDSESSION_SECRET_FILE: "missing" },
      null,
      'ENDSESSION_SECRET_FILE names "missing", which cannot be read (ENOENT); give the path of a file that this process may read.',
    ],
    [
      "a group",
      {},
      { cookies: "Lax" },
      '"cookies" in endsession.config.json is "Lax"; give an object.',
    ],
  ])("are told in a sentence: %s", (_, env, file, expected) => {
    expect(refusal(env, file)).toBe(expected);
  });

  it("are told all at once", () => {
    const told = refusal({ ENDSESSION_PORT: "x", ENDSESSION_PROFILE: "aal9" }).split("\n");
    expect(told).toEqual([
      'ENDSESSION_PORT is "x"; give a whole number from 0 to 65535.',
      'ENDSESSION_PROFILE is "aal9"; give aal1, aal2, aal3 or owasp-high.',
    ]);
  });

  it("name a file that is not there", () => {
    const folder = folderWith();
    expect(() => readConfig({ env: {}, file: "else.json", folder })).toThrow(
      'The configuration file "else.json" cannot be read (ENOENT); give the path of a JSON file.',
    );
  });

  it("never show a secret", () => {
    const short = "hunter2hunter2";
    for (const [key, value] of Object.entries({
      SECRET: short,
      SERVICE_TOKEN: short,
      DATABASE: `postgres://u:${short}@h`,
      REDIS: `redis://:${short}@h:x`,
    })) {
      const told = refusal({ [`ENDSESSION_${key}`]: value });
      expect(told).toContain(`ENDSESSION_${key} `);
      expect(told).not.toContain(short);
    }
    expect(refusal({}, `{"secret": "${short}",}`)).not.toContain(short);
  });
});
