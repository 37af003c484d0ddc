/** What the log keeps to itself. */
import { createEndSession } from "endsession";
import { sqliteStore } from "endsession/sqlite";
import { expect, it } from "vitest";
import { readConfig } from "../config/read.ts";
import { createLogger } from "./logger.ts";
import { currentRequest } from "./request-id.ts";

it("AU-03: holds no credential and no secret, wherever they stand", async () => {
  const secret = 'a "secret" of more than 32 letters';
  const serviceToken = "the credential of our back ends, long";
  const env = { ENDSESSION_SECRET: secret, ENDSESSION_SERVICE_TOKEN: serviceToken };
  const { config } = readConfig({ env, file: null, folder: "/nowhere" });
  const lines: string[] = [];
  const logger = createLogger(config, { write: (line) => void lines.push(line) });
  const { sessions } = await createEndSession({ store: await sqliteStore(":memory:") });
  const made = await sessions.start({
    userId: "ada",
    tokens: { clientId: null },
    rememberMe: true,
  });
  const tokens = [made.sessionToken, made.accessToken, made.refreshToken, made.rememberMeToken];
  const cause = new Error(`password authentication failed for postgres://u:hunter2@db/x`);
  logger.error(
    { error: new Error(`no ${String(made.accessToken)}`, { cause }) },
    "a request failed",
  );
  logger.warn({ headers: { cookie: "a=plain", authorization: "Basic cGxhaW4=" } }, "refused");
  logger.info(
    { tokens, secret, note: `Bearer ${serviceToken}` },
    "GET /not-me?ticket=abcdefgh&x=1",
  );
  currentRequest.run("request-7", () => logger.info({}, "answered"));
  const text = lines.join("");
  const kept = [
    ...tokens,
    serviceToken,
    JSON.stringify(secret).slice(1, -1),
    "hunter2",
    "abcdefgh",
  ];
  expect(kept.filter((one) => text.includes(String(one)))).toEqual([]);
  expect(text).not.toMatch(/plain|cGxhaW4/);
  expect(text).toContain("password authentication failed for postgres://u:[redacted]@db/x");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ level: "info", request_id: "request-7" });
});
