import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

test("runs on this machine alone with a new service token when nothing is set", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    database: "file:endsession-demo.db",
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
    ENDSESSION_SECRET: secret,
    ENDSESSION_SERVICE_TOKEN: secret,
    ENDSESSION_ORIGIN: "https://demo.example",
  });
  expect(config).toEqual({
    port: 0,
    host: "::1",
    database: "/var/lib/demo.db",
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
  ["PORT", "http"],
  ["PORT", "65536"],
  ["PORT", "-1"],
  ["PORT", "1e3"],
  ["HOST", "http://localhost"],
  ["ENDSESSION_DATABASE", "postgres://localhost/demo"],
  ["ENDSESSION_DATABASE", "postgresql://localhost/demo"],
  ["ENDSESSION_DATABASE", "mysql://localhost/demo"],
  ["ENDSESSION_DATABASE", "file:"],
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

test("repeats no secret in its refusal", () => {
  expect(() => readConfig({ ENDSESSION_SECRET: "hunter2" })).toThrow(/^(?!.*hunter2)/);
  const database = "postgres://user:hunter2@localhost/demo";
  expect(() => readConfig({ ENDSESSION_DATABASE: database })).toThrow(/^(?!.*hunter2)/);
});
