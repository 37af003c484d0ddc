import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

test("runs on this machine alone with a new service token when nothing is set", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    database: "file:endsession-demo.db",
    redis: null,
    consistency: "strict",
    lease: 2000,
    secret: null,
    serviceTokenIsNew: true,
    origin: null,
  });
  expect(config.serviceToken.length).toBeGreaterThanOrEqual(32);
  expect(readConfig({}).serviceToken).not.toBe(config.serviceToken);
});

test("takes every setting, and an empty one for none", () => {
  const secret = "s".repeat(32);
  const config = readConfig({
    PORT: "0",
    HOST: "::1",
    ENDSESSION_DATABASE: "/var/lib/demo.db",
    ENDSESSION_REDIS: "rediss://user:p%40ss@redis.example:6380/1",
    ENDSESSION_CONSISTENCY: "bounded",
    ENDSESSION_LEASE_MS: "60000",
    ENDSESSION_SECRET: secret,
    ENDSESSION_SERVICE_TOKEN: secret,
    ENDSESSION_ORIGIN: "https://demo.example",
  });
  expect(config).toEqual({
    port: 0,
    host: "::1",
    database: "/var/lib/demo.db",
    redis: "rediss://user:p%40ss@redis.example:6380/1",
    consistency: "bounded",
    lease: 60_000,
    secret,
    serviceToken: secret,
    serviceTokenIsNew: false,
    origin: "https://demo.example",
  });
  expect(readConfig({ PORT: "", ENDSESSION_SECRET: "" })).toMatchObject({
    port: 3000,
    secret: null,
  });
});

test.each([
  "postgres://localhost/demo",
  "postgresql://user:p%40ss@[::1]:5433/demo?sslmode=verify-full",
  "postgres://user@%2Fvar%2Frun%2Fpostgresql/demo",
])("takes the database %s", (database) => {
  expect(readConfig({ ENDSESSION_DATABASE: database })).toHaveProperty("database", database);
});

test.each(["redis://127.0.0.1", "redis://:p%2Fss@localhost:6380/", "rediss://a:b@redis.example/3"])(
  "takes the Redis %s",
  (redis) => {
    expect(readConfig({ ENDSESSION_REDIS: redis })).toHaveProperty("redis", redis);
  },
);

test.each([
  ["PORT", "http"],
  ["PORT", "65536"],
  ["PORT", "-1"],
  ["PORT", "1e3"],
  ["HOST", "http://localhost"],
  ["ENDSESSION_DATABASE", "postgres://"],
  ["ENDSESSION_DATABASE", "postgres://localhost"],
  ["ENDSESSION_DATABASE", "postgres:///demo"],
  ["ENDSESSION_DATABASE", "postgresql://localhost:99999/demo"],
  ["ENDSESSION_DATABASE", "postgres://localhost/demo/more"],
  ["ENDSESSION_DATABASE", "postgres://local host/demo"],
  ["ENDSESSION_DATABASE", "postgres://user:%zz@localhost/demo"],
  ["ENDSESSION_DATABASE", "mysql://localhost/demo"],
  ["ENDSESSION_DATABASE", "file:"],
  ["ENDSESSION_REDIS", "127.0.0.1:6379"],
  ["ENDSESSION_REDIS", "redis://"],
  ["ENDSESSION_REDIS", "redis://localhost/main"],
  ["ENDSESSION_REDIS", "http://localhost:6379"],
  ["ENDSESSION_REDIS", "redis://user:%zz@localhost"],
  ["ENDSESSION_CONSISTENCY", "eventual"],
  ["ENDSESSION_LEASE_MS", "199"],
  ["ENDSESSION_LEASE_MS", "60001"],
  ["ENDSESSION_LEASE_MS", "2s"],
  ["ENDSESSION_LEASE_MS", "1e3"],
  ["ENDSESSION_SECRET", "short"],
  ["ENDSESSION_SERVICE_TOKEN", "short"],
  ["ENDSESSION_ORIGIN", "demo.example"],
  ["ENDSESSION_ORIGIN", "https://demo.example/path"],
  ["ENDSESSION_ORIGIN", "ftp://demo.example"],
])("refuses %s=%s in one sentence that names it", (name, value) => {
  const read = (): unknown => readConfig({ [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(new RegExp(`^${name} [^\\n]+; give [^\\n]+$`));
});

test.each([
  ["ENDSESSION_SECRET", "hunter2"],
  // Whatever is left unencoded in a password, nothing of it may come out as a part of the address.
  ["ENDSESSION_DATABASE", "postgres://user:hunter2@localhost:99999/demo"],
  ["ENDSESSION_DATABASE", "postgres://user:77/hunter2@localhost/demo"],
  ["ENDSESSION_DATABASE", "postgres://user:77?hunter2@localhost/demo"],
  ["ENDSESSION_DATABASE", "postgres://user:77#hunter2@localhost/demo"],
  ["ENDSESSION_DATABASE", "postgres://user:a@hunter2@localhost/demo"],
  ["ENDSESSION_DATABASE", "postgres://user:a@b/hunter2@localhost/demo"],
  ["ENDSESSION_DATABASE", "user:hunter2@localhost/demo"],
  ["ENDSESSION_DATABASE", "mysql://user:hunter2@localhost/demo"],
  ["ENDSESSION_REDIS", "redis://user:77/hunter2@localhost"],
  ["ENDSESSION_REDIS", "user:hunter2@localhost"],
])("repeats no secret in its refusal of %s=%s", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(/^(?!.*(?:hunter2|77))/);
});
