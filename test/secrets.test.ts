/** No secret that was ever issued or typed is found in any file, log, error or address. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Answer, type Call, Device, json, parseSetCookie } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { cookieNames, userIdOf } from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

/** Secrets by what they are. */
const secrets = new Map<string, string>();
/** What was answered, as far as it may end up in a log or a screenshot. */
const shown: string[] = [];

/** A device whose every answer is searched for secrets to keep, and kept for the search. */
class Watched extends Device {
  override async send(method: string, path: string, call: Call = {}): Promise<Answer> {
    const answer = await super.send(method, path, call);
    for (const { name, value } of answer.setCookies.map(parseSetCookie)) {
      if (value !== "") secrets.set(`cookie ${name} ${secrets.size}`, value);
    }
    if (answer.headers["content-type"] === "application/json") keepTokens(answer);
    if (answer.status >= 400) shown.push(answer.text);
    const { location, "www-authenticate": challenge } = answer.headers;
    shown.push(path, location ?? "", challenge ?? "");
    return answer;
  }
}

function keepTokens(answer: Answer): void {
  const body = json<{ access_token?: string; refresh_token?: string; set_cookie?: string[] }>(
    answer,
  );
  if (body.access_token) secrets.set(`access token ${secrets.size}`, body.access_token);
  if (body.refresh_token) secrets.set(`refresh token ${secrets.size}`, body.refresh_token);
  for (const line of body.set_cookie ?? []) {
    secrets.set(`cookie ${secrets.size}`, parseSetCookie(line).value);
  }
}

/** A secret, the part of it that is secret, and both as other encodings write them. */
function formsOf(secret: string): string[] {
  const core = secret.replace(/^es_[smr]_/u, "");
  const last = core.split(".").at(-1) ?? core;
  // An opaque credential ends in six digits of checksum, which are no secret.
  const bare = secret.startsWith("es_") ? last.slice(0, -6) : last;
  const texts = [...new Set([secret, core, last, bare])];
  const bytes = texts.map((text) => Buffer.from(text));
  return [
    ...texts,
    ...bytes.map((one) => one.toString("hex")),
    ...bytes.map((one) => one.toString("base64url")),
    encodeURIComponent(secret),
  ];
}

/** Where any of the secrets stands; sinks by their names. */
function search(sinks: ReadonlyMap<string, Buffer>, wanted: ReadonlyMap<string, string>): string[] {
  return [...sinks].flatMap(([sink, content]) =>
    [...wanted]
      .filter(([, secret]) => formsOf(secret).some((form) => content.includes(form)))
      .map(([name]) => `${name} in ${sink}`),
  );
}

/** Every file of the database, what was written to the terminal, and what was shown. */
async function sinksOf(of: Demo): Promise<Map<string, Buffer>> {
  const folder = dirname(of.database);
  const files = (await readdir(folder)).filter((name) => name.startsWith(basename(of.database)));
  const read = files.map(async (name) => [name, await readFile(join(folder, name))] as const);
  return new Map([
    ...(await Promise.all(read)),
    ["stdout and stderr", Buffer.from(of.output())],
    ["errors and addresses", Buffer.from(shown.join("\n"))],
  ]);
}

const typed = (device: Device, password: string, address?: string): Promise<Answer> => {
  const email = address ?? accounts.test.email;
  secrets.set(`typed password ${secrets.size}`, password);
  return device.submit("/login", { email, password, remember_me: "true", next: "/account" });
};

/** Every way on which a secret travels, the wrong ones too. */
async function driveEverything(): Promise<void> {
  const device = new Watched(() => demo.url, {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "sec-fetch-site": "same-origin",
  });
  const program = new Watched(() => demo.url);
  const { email, password } = accounts.owner;
  secrets.set("service token", demo.serviceToken);

  await typed(device, accounts.test.password);
  await typed(device, "a-wrong-password-that-was-typed");
  await typed(device, "hunter2-typed-for-nobody", "nobody@example.com");
  await device.get("/me");
  await device.post("/reauthenticate", { json: { password: accounts.test.password } });
  await device.post("/logout", { json: { scope: "others" } });
  const form = { current_password: accounts.test.password, new_password: "brand-new-password-1" };
  secrets.set("new password", form.new_password);
  await device.submit("/account/password", form);
  await device.submit("/account/password", { ...form, new_password: "short-one" });

  // A remembered device, its token presented twice, and once more after its successor.
  const [remembered] = [device.jar.get(cookieNames.rememberMe) ?? ""];
  const rememberMe = `${cookieNames.rememberMe}=${remembered}`;
  await program.get("/me", { cookie: rememberMe });
  await program.get("/me", { cookie: rememberMe });
  program.jar.delete(cookieNames.session);
  await program.get("/me");
  await program.get("/me", { cookie: rememberMe });

  secrets.set("owner's password", password);
  const granted = await program.post("/token", {
    json: { grant_type: "password", email, password },
  });
  const { access_token: bearer, refresh_token } = json<Record<string, string>>(granted);
  const refresh = { grant_type: "refresh_token", refresh_token };
  await program.post("/token", { json: refresh });
  await program.post("/token", { json: refresh });
  await program.post("/introspect", { bearer: demo.serviceToken, form: { token: bearer ?? "" } });
  const user_id = await userIdOf(demo, accounts.guest);
  const whole = { user_id, cookie: true, tokens: true, remember_me: true };
  await program.post("/sessions", { bearer: demo.serviceToken, json: whole });

  await sendWhatIsWrong(program, bearer ?? "", refresh_token ?? "", remembered);
  await program.post("/revoke", { form: { token: refresh_token ?? "" } });
  await program.post("/token", { json: refresh });
  await program.get("/me", { bearer: bearer ?? "" });
  await device.submit("/logout/all");
  await device.submit("/logout");
}

async function sendWhatIsWrong(
  program: Device,
  bearer: string,
  refreshToken: string,
  rememberMe: string,
): Promise<void> {
  const { password } = accounts.owner;
  const asText = { "content-type": "text/plain" };
  const asJson = { "content-type": "application/json" };
  for (const path of ["/login", "/token", "/reauthenticate", "/logout", "/revoke", "/sessions"]) {
    for (const secret of [bearer, refreshToken, rememberMe, password, demo.serviceToken]) {
      await program.post(path, { body: secret, headers: asText, bearer });
      await program.post(path, { body: `{"password":"${secret}"`, headers: asJson });
      await program.post(path, { json: { [secret]: secret, email: [secret], password: [secret] } });
      await program.post(path, { bearer: secret, json: { token: 1, scope: secret, next: 1 } });
    }
  }
  for (const secret of [bearer, refreshToken, rememberMe, demo.serviceToken.slice(1)]) {
    await program.get("/audit", { bearer: secret });
    await program.get("/me", { bearer: `${secret}x` });
    await program.get("/session", { cookie: `${cookieNames.session}=${secret}` });
    await program.post("/logout", {
      cookie: `${cookieNames.session}=${secret}`,
      headers: { origin: "null" },
    });
    await program.post("/not-me", { form: { ticket: secret } });
  }
}

describe("T16: secrets", () => {
  test("LO-12 SS-02 AU-03 RM-06 ER-01: are in no database file, no output, no error and no address", async () => {
    await driveEverything();
    expect(secrets.size).toBeGreaterThan(25);
    expect(demo.output()).toContain('"level":"warn"');
    expect(search(await sinksOf(demo), secrets)).toEqual([]);
    // The write-ahead log is folded into the file when the last process closes it.
    await demo.restart();
    expect(search(await sinksOf(demo), secrets)).toEqual([]);
  });

  test("a planted secret is found in each of the places, in every form", async () => {
    const planted = new Map([
      ["planted", `es_s_${"PlantedSecret0123456789".repeat(3).slice(0, 49)}`],
    ]);
    for (const form of formsOf(planted.get("planted") ?? "")) {
      const sinks = new Map([["sink", Buffer.from(`before${form}after`)]]);
      expect(search(sinks, planted)).toEqual(["planted in sink"]);
    }
    // The search reads the files that the demo writes: an e-mail address is no secret, and there.
    const sinks = await sinksOf(demo);
    const known = new Map([["known", accounts.owner.email]]);
    expect(search(sinks, known).some((found) => found.startsWith("known in demo.db"))).toBe(true);
    const line = new Map([["known", "endsession demo: http"]]);
    expect(search(sinks, line)).toEqual(["known in stdout and stderr"]);
  });

  test("SS-02: with ENDSESSION_SECRET the signing key is sealed in the file", async () => {
    const secret = "a-secret-for-sealing-that-nobody-else-knows";
    const sealed = await startDemo({ env: { ENDSESSION_SECRET: secret } });
    onTestFinished(() => sealed.stop());
    const privatePart = new Map([["private key", '"d":"']]);
    const own = new Map([["ENDSESSION_SECRET", secret]]);
    expect(search(await sinksOf(sealed), privatePart)).toEqual([]);
    expect(search(await sinksOf(sealed), own)).toEqual([]);
    // Without it the key is there to be found, so the search would have found it.
    expect(search(await sinksOf(demo), privatePart)).not.toEqual([]);
  });
});
