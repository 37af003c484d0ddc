/** Whatever is sent: a 4xx that says what is wrong, and nothing else happens. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { badHeaders, type BadRequest, badRequests } from "./support/bad-requests.ts";
import { type Answer, type Call, json } from "./support/client.ts";
import { rowCounts } from "./support/database.ts";
import { accounts, type Demo, startDemo, temporaryFolder } from "./support/demo.ts";
import { type Example, examplesFor } from "./support/examples.ts";
import { install } from "./support/installation.ts";
import { documentedOperations, type Operation } from "./support/openapi.ts";
import { isSignedIn } from "./support/probes.ts";
import {
  cookieNames,
  grant,
  newDevice,
  startWhole,
  userIdOf,
  type Whole,
} from "./support/sessions.ts";

const operations = await documentedOperations();

let demo: Demo;
let examples: Awaited<ReturnType<typeof examplesFor>>;
let users: { caller: string; bystander: string };
let caller: Whole;
let bystander: Whole;
beforeAll(async () => {
  demo = await startDemo();
  const userId = await userIdOf(demo, accounts.test);
  examples = await examplesFor(demo, userId);
  users = { caller: userId, bystander: await userIdOf(demo, accounts.guest) };
});
beforeEach(async () => {
  caller = await startWhole(demo, users.caller);
  bystander = await startWhole(demo, users.bystander);
});
afterAll(() => demo.stop());

/** Nobody was signed out by what was done, nothing was written, and nothing is complained of. */
async function expectNoEffect(act: () => Promise<readonly string[] | void>): Promise<void> {
  const rows = await rowsNow();
  const complaints = (await act()) ?? [];
  const after = await rowsNow();
  const alive = [await isSignedIn(demo, caller), await isSignedIn(demo, bystander)];
  expect({ complaints, rows: after, alive }).toEqual({ complaints: [], rows, alive: [true, true] });
}

/** The rows, those included that no answer has waited for: whoever reads the audit does. */
async function rowsNow(): Promise<Record<string, number>> {
  const { status } = await newDevice(demo).get("/audit?limit=1", { bearer: demo.serviceToken });
  expect(status).toBe(200);
  return rowCounts(demo.database);
}

/** What is wrong with the answer to a bad request; null when it is as it should be. */
function complaint({ status, headers, text, setCookies }: Answer, oauth: boolean): string | null {
  if (status < 400 || status > 499) return `status ${status}`;
  const type = oauth ? "application/json" : "application/problem+json";
  if (headers["content-type"] !== type) return `type ${headers["content-type"]}`;
  const body = JSON.parse(text) as Record<string, unknown>;
  if (body["code"] !== status || typeof body["msg"] !== "string" || body["msg"] === "") {
    return `no code and msg: ${text}`;
  }
  const form = oauth
    ? ["error", "error_description"].every((name) => typeof body[name] === "string")
    : ["type", "title", "detail"].every((name) => typeof body[name] === "string");
  if (!form) return `another form: ${text}`;
  if (/\n\s+at |node_modules|[\w-]+\.[jt]s:\d/u.test(text)) return `a stack: ${text}`;
  const set = setCookies.filter((line) => !line.includes("Max-Age=0"));
  return set.length > 0 ? `sets ${set.join()}` : null;
}

/** Sends it as a browser of the caller would, or as a back end. */
function send({ method, service }: Operation, { path, call }: BadRequest): Promise<Answer> {
  const own: Call = service
    ? { bearer: demo.serviceToken }
    : { cookie: `${cookieNames.session}=${caller.cookie}` };
  const headers = { "sec-fetch-site": "same-origin", ...call.headers };
  return newDevice(demo).send(method, path, { ...own, ...call, headers });
}

/** Sends bad requests to an operation and collects what is wrong with the answers. */
async function complaintsOf(
  operation: Operation,
  requests: readonly BadRequest[],
): Promise<string[]> {
  const complaints: string[] = [];
  for (const request of requests) {
    const found = complaint(await send(operation, request), operation.oauth);
    if (found !== null) complaints.push(`${request.fault}: ${found}`);
  }
  return complaints;
}

describe("T11: every documented operation x everything that can be wrong with a request", () => {
  const rows = operations.map((one) => [`${one.method} ${one.path}`, one] as const);
  const withInput = rows.filter(([, { body, query }]) => body !== null || query.length > 0);

  test.each(withInput)("ER-01 ER-02: bad input to %s", async (name, operation) => {
    const example = await examples[name]?.();
    if (!example) throw new Error("There is no example.");
    const requests = badRequests(operation, example.path, example.fields);
    expect(requests.length).toBeGreaterThan(3);
    await expectNoEffect(() => complaintsOf(operation, requests));
  });

  test.each(rows)("ER-01 ER-02: too long headers and too many cookies at %s", async (name, one) => {
    const example = await examples[name]?.();
    if (!example) throw new Error("There is no example.");
    const query = new URLSearchParams(example.query).toString();
    const path = `${example.path}?${query}`;
    await expectNoEffect(() => complaintsOf(one, badHeaders(path)));
  });
});

describe("ids and credentials that are not one's own", () => {
  const guessed = ["1", "a".repeat(22), "%00", "..%2f..%2fetc%2fpasswd", "' OR 1=1 --", "null"];

  test("LA-04: a foreign or guessed session id is a 404 and ends nothing", async () => {
    await expectNoEffect(async () => {
      for (const id of [bystander.id, ...guessed]) {
        for (const [method, path] of [
          ["DELETE", `/sessions/${id}`],
          ["POST", `/sessions/${id}/end`],
        ] as const) {
          const answer = await newDevice(demo).send(method, encodeURI(decodeURI(path)), {
            bearer: caller.accessToken,
          });
          expect([path, answer.status, complaint(answer, false)]).toEqual([path, 404, null]);
        }
      }
    });
  });

  test("SS-04 RI-05: no operation takes a forged credential for the right one", async () => {
    const forged = [
      `${demo.serviceToken}x`,
      demo.serviceToken.slice(1),
      caller.accessToken,
      "",
      " ",
    ];
    await expectNoEffect(async () => {
      for (const operation of operations.filter(({ service }) => service)) {
        const { fields, path } = (await examplesOf(operation)) ?? { fields: {}, path: "/" };
        for (const bearer of forged) {
          const call = operation.body === null ? { bearer } : { bearer, json: fields };
          const answer = await newDevice(demo).send(operation.method, path, call);
          expect([path, answer.status, complaint(answer, operation.oauth)]).toEqual([
            path,
            401,
            null,
          ]);
        }
      }
    });
  });

  test("SS-04: a credential of the right form and checksum that was never issued is refused", async () => {
    const stranger = await install();
    onTestFinished(() => stranger.endsession.close());
    const { sessionToken, refreshToken, rememberMeToken, accessToken } =
      await stranger.endsession.sessions.start({
        userId: "u",
        tokens: { clientId: null },
        rememberMe: true,
      });
    await expectNoEffect(async () => {
      const device = newDevice(demo);
      for (const cookie of [
        `${cookieNames.session}=${sessionToken}`,
        `${cookieNames.rememberMe}=${rememberMeToken}`,
      ]) {
        expect((await device.get("/me", { cookie })).status).toBe(401);
        // Counted by the network, which other tests use too.
        expect([200, 429]).toContain((await device.post("/logout", { cookie })).status);
      }
      expect((await device.get("/me", { bearer: accessToken ?? "" })).status).toBe(401);
      const fields = { grant_type: "refresh_token", refresh_token: refreshToken };
      expect((await device.post("/token", { json: fields })).status).toBe(400);
    });
  });

  /** Fields for the operation that need no session of their own. */
  async function examplesOf({
    method,
    path,
  }: Operation): Promise<Pick<Example, "fields" | "path">> {
    const { accessToken: token, id } = bystander;
    const user_id = String(json(await newDevice(demo).get("/me", { bearer: token }))["user_id"]);
    const type = "account_disabled";
    const fields: Record<string, object> = {
      "/introspect": { token },
      "/sessions": { user_id },
      "/security-events": { type, user_id, current_session_id: id },
    };
    return { fields: { ...fields[path] }, path: method === "GET" ? `${path}?limit=1` : path };
  }
});

describe("the demo's own pages", () => {
  test("ER-01: refuse what is too large, and nothing happens", async () => {
    const cookie = `${cookieNames.session}=${caller.cookie}`;
    const many = Array.from({ length: 50 }, (_, index) => `; c${index}=1`).join("");
    const form = { current_password: "x".repeat(70_000), new_password: "long-enough-it-is" };
    await expectNoEffect(async () => {
      const device = newDevice(demo);
      const headers = { "sec-fetch-site": "same-origin" };
      for (const answer of [
        await device.get("/me", { cookie: cookie + many }),
        await device.get("/me", { cookie: `${cookie}; a=${"x".repeat(9000)}` }),
        await device.post("/account/password", { cookie, form, headers }),
        await device.post("/account/password", { cookie, form: {}, headers }),
        await device.post("/account/email", { cookie, json: { email: 1 }, headers }),
        await device.get("/nowhere", { cookie }),
        await device.get("/%00", { cookie }),
        await device.get("/%zz", { cookie }),
      ]) {
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toMatch(/\n\s+at |node_modules/u);
      }
    });
  });
});

describe("T17: requests without a credential", () => {
  test("LO-03: 10,000 anonymous logouts add no row to any table", async () => {
    const folder = await temporaryFolder();
    const database = `${folder}/anonymous.db`;
    const site = await install({ database });
    onTestFinished(async () => {
      await site.endsession.close();
      await rm(folder, { recursive: true, force: true });
    });
    const junk = [undefined, "__Host-es_session=x", `__Host-es_session=es_s_${"a".repeat(49)}`];
    const before = await rowCounts(database);
    const statuses = new Map<number, number>();
    for (let call = 0; call < 10_000; call += 1) {
      const cookie = junk[call % junk.length];
      // From ever new networks, so that the limit does not hide the work.
      const address = `2001:db8:${(call % 65_536).toString(16)}::1`;
      const ask = { address, ...(cookie === undefined ? {} : { cookie }) };
      const { status } = await site.ask("POST", "/logout", ask);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([[200, 10_000]]);
    expect(await rowCounts(database)).toEqual(before);
  });

  test("SS-04: wrong passwords and dead tokens add no row either", async () => {
    const { access_token } = await grant(demo, accounts.test);
    await newDevice(demo).post("/logout", { bearer: access_token });
    await newDevice(demo).get("/me", { bearer: access_token });
    await expectNoEffect(async () => {
      for (let call = 0; call < 20; call += 1) {
        const login = { ...accounts.test, password: `wrong ${call}` };
        expect((await newDevice(demo).post("/login", { json: login })).status).toBe(401);
        expect((await newDevice(demo).get("/me", { bearer: access_token })).status).toBe(401);
        const token = { grant_type: "refresh_token", refresh_token: `junk ${call}` };
        expect((await newDevice(demo).post("/token", { json: token })).status).toBe(400);
      }
    });
  });
});
