/** The operator's command line as a process, beside a service that runs and answers from memory. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase } from "./services/postgres.ts";
import type {} from "./services/setup.ts";
import {
  ask,
  endsession,
  newSettings,
  type Service,
  type Settings,
  startService,
  startSession,
} from "./support/service.ts";

const postgres = inject("postgres18");
const stores: [string, () => Promise<Settings>][] = [
  ["a SQLite file", () => newSettings()],
  ...(postgres === null
    ? []
    : [
        [
          "PostgreSQL and Redis",
          async () =>
            newSettings({
              ENDSESSION_DATABASE: await createDatabase({ url: postgres }),
              ENDSESSION_REDIS: inject("redis") ?? "",
            }),
        ] as [string, () => Promise<Settings>],
      ]),
];

describe.each(stores)("LA-08: on %s", (_, newDatabase) => {
  let settings: Settings;
  let service: Service;
  beforeAll(async () => {
    settings = await newDatabase();
    service = await startService(settings);
  });
  afterAll(() => service.end("SIGKILL"));

  it.each<[string, (id: string) => string[]]>([
    ["one session", (id) => ["sessions", "end", id]],
    ["a user", () => ["sessions", "end", "--user", "ada", "--yes"]],
    ["a tenant", () => ["end-all", "--tenant", "default", "--yes"]],
    ["everything", () => ["end-all", "--everything", "--yes"]],
    ["all, after a backup was restored", () => ["restore", "--yes"]],
  ])("what it has ended is refused once it is done: %s", async (__, args) => {
    const { cookie, id, accessToken } = await startSession(service, "ada");
    const bearer = { authorization: `Bearer ${accessToken}` };
    const statuses = async (): Promise<number[]> => [
      (await ask(service, "/verify", { cookie })).status,
      (await ask(service, "/verify", bearer)).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    const { code, stderr } = await endsession(args(id), settings);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await statuses()).toEqual([401, 401]);
  });

  it("works while the service is down", async () => {
    const { cookie, id } = await startSession(service, "ada");
    await service.end("SIGKILL");
    expect((await endsession(["sessions", "end", id], settings)).code).toBe(0);
    service = await startService(settings);
    expect((await ask(service, "/verify", { cookie })).status).toBe(401);
  });

  it("does nothing that nobody has agreed to", async () => {
    const { cookie } = await startSession(service, "ada");
    const { code, stdout, stderr } = await endsession(["end-all", "--everything"], settings);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/agree to it by --yes\.\nendsession: nothing was changed\.\n$/);
    expect((await ask(service, "/verify", { cookie })).status).toBe(200);
  });

  it("the doctor asks the running service, and ends nothing by it", async () => {
    const { cookie } = await startSession(service, "ada");
    const { code, stdout } = await endsession(["doctor", "--json", "--url", service.url], settings);
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as { check: string; state: string }[];
    const states = new Map(findings.map(({ check, state }) => [check, state]));
    expect([states.get("service"), states.get("scheme headers")]).toEqual(["ok", "warn"]);
    expect((await ask(service, "/verify", { cookie })).status).toBe(200);
  });
});
