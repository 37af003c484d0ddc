/** How the service starts, what it says of settings that it cannot use, and what its image holds. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./support/demo.ts";
import {
  endsession,
  newSettings,
  refusedService,
  type Settings,
  startService,
} from "./support/service.ts";

describe("a start that is refused", () => {
  it.each<[string, Settings, number, string]>([
    [
      "no service token",
      { ENDSESSION_SERVICE_TOKEN: "" },
      3,
      "endsession: ENDSESSION_SERVICE_TOKEN is missing, without which no back end can start a " +
        "session; give at least 32 random characters, for example from: openssl rand -base64 32\n",
    ],
    [
      "two wrong settings",
      { ENDSESSION_PORT: "70000", ENDSESSION_ORIGN: "https://app.example" },
      3,
      "endsession: ENDSESSION_ORIGN is no setting; did you mean ENDSESSION_ORIGIN? Rename it, or " +
        "remove it.\nendsession: ENDSESSION_PORT is 70000; give a whole number from 0 to 65535.\n",
    ],
    [
      "no folder",
      { ENDSESSION_DATABASE: "file:/nowhere/x.db" },
      1,
      'endsession: ENDSESSION_DATABASE is "file:/nowhere/x.db": the SQLite database ' +
        '"/nowhere/x.db" cannot be opened: ',
    ],
    [
      "no Redis",
      { ENDSESSION_REDIS: "redis://:hidden@127.0.0.1:1" },
      1,
      'endsession: ENDSESSION_REDIS is "redis://127.0.0.1:1": ',
    ],
    [
      "an address of another machine",
      { ENDSESSION_HOST: "192.0.2.1" },
      1,
      'endsession: ENDSESSION_HOST is "192.0.2.1", which cannot be listened on (EADDRNOTAVAIL); ' +
        "give an address of this machine, such as 127.0.0.1.\n",
    ],
  ])("says why: %s", async (_, more, code, sentence) => {
    const ended = await refusedService(await newSettings(more));
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr.startsWith(sentence), ended.stderr).toBe(true);
    expect(ended.stderr).not.toContain("hidden");
  });

  it("says which port is taken, and which secret is another", async () => {
    const service = await startService(await newSettings());
    const port = new URL(service.url).port;
    const taken = await refusedService({ ...service.settings, ENDSESSION_PORT: port });
    expect([taken.code, taken.stderr]).toEqual([
      1,
      `endsession: ENDSESSION_PORT is ${port}, which another program uses on 127.0.0.1; stop it ` +
        "or give another port.\n",
    ]);
    const other = { ...service.settings, ENDSESSION_SECRET: "y".repeat(40) };
    const mismatch = await refusedService(other);
    expect(mismatch.stderr).toContain("ENDSESSION_SECRET is not the secret that");
    expect(mismatch.code).toBe(1);
    await service.end();
  });

  it("reads its file, and names a key that is nearly right", async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, "endsession.config.json"), '{"servicToken": "x"}');
    const { code, stderr } = await refusedService({}, folder);
    expect([code, stderr]).toEqual([
      3,
      'endsession: "servicToken" is no setting; did you mean "serviceToken"?\n',
    ]);
  });
});

it("makes a SQLite file that other users of the machine cannot read", async () => {
  const service = await startService(await newSettings());
  const path = (service.settings["ENDSESSION_DATABASE"] ?? "").replace("file:", "");
  expect(statSync(path).mode & 0o077).toBe(0);
  await service.end();
});

it("runs as a command of the command line, too", async () => {
  const { code, stdout } = await endsession(["serve", "--help"], {});
  expect([code, stdout]).toEqual([0, expect.stringContaining("the same as endsession-server")]);
});

describe("the Containerfile", () => {
  it("copies what is there, and runs as another user than root", () => {
    const root = new URL("..", import.meta.url);
    const text = readFileSync(new URL("packages/endsession-server/Containerfile", root), "utf8");
    const copies = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gmu)];
    expect(copies.length).toBeGreaterThan(1);
    for (const [, from = ""] of copies) {
      for (const path of from.split(" ")) expect(statSync(new URL(path, root))).toBeTruthy();
    }
    const [, bin = ""] =
      /"\/app\/(packages\/endsession-server\/dist\/server\.js)"/u.exec(text) ?? [];
    expect(statSync(new URL(bin, root)).isFile()).toBe(true);
    expect(text).toMatch(/^USER (?!root|0)\S+$/mu);
    expect(text).toMatch(/^HEALTHCHECK /mu);
  });
});
