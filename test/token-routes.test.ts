/** Revocation and introspection as RFC 7009 and RFC 7662 want them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { isSignedIn, stillBelieved } from "./support/probes.ts";
import { grant, newDevice, startWhole, userIdOf } from "./support/sessions.ts";

let demo: Demo;
let userId: string;
beforeAll(async () => {
  demo = await startDemo();
  userId = await userIdOf(demo, accounts.test);
});
afterAll(() => demo.stop());

describe("POST /revoke", () => {
  test.each([
    ["an unknown token", "unknown"],
    ["a token of the right form", `es_r_${"a".repeat(22)}.0.${"b".repeat(49)}`],
    ["half a JWT", "eyJhbGciOiJFUzI1NiJ9.e30"],
  ])("RI-01: %s is answered like a revoked one", async (_name, token) => {
    const { refresh_token } = await grant(demo, accounts.test);
    const revoked = await newDevice(demo).post("/revoke", { form: { token: refresh_token } });
    const unknown = await newDevice(demo).post("/revoke", { form: { token } });
    expect([unknown.status, unknown.text]).toEqual([revoked.status, revoked.text]);
    expect(revoked.status).toBe(200);
  });

  test.each(["accessToken", "refreshToken"] as const)(
    "RI-01 RI-02: a wrong hint does not keep the %s alive, nor anything of its session",
    async (kind) => {
      for (const hint of ["access_token", "refresh_token", "something_else"]) {
        const [whole, other] = [await startWhole(demo, userId), await startWhole(demo, userId)];
        const form = { token: whole[kind], token_type_hint: hint };
        const answer = await newDevice(demo).post("/revoke", { form });
        expect(answer.status).toBe(200);
        expect(await stillBelieved(demo, whole)).toEqual([]);
        expect(await isSignedIn(demo, other)).toBe(true);
      }
    },
  );

  test("RI-03: the token of another client is left alone", async () => {
    const started = await newDevice(demo).post("/sessions", {
      bearer: demo.serviceToken,
      json: { user_id: userId, tokens: true, client_id: "one" },
    });
    const { refresh_token: token } = json<{ refresh_token: string }>(started);
    const revoke = (client_id: string): Promise<unknown> =>
      newDevice(demo).post("/revoke", { form: { token, client_id } });
    const active = async (): Promise<unknown> => {
      const call = { bearer: demo.serviceToken, form: { token } };
      return json(await newDevice(demo).post("/introspect", call))["active"];
    };
    await revoke("two");
    expect(await active()).toBe(true);
    await revoke("one");
    expect(await active()).toBe(false);
  });

  test("ER-02 RI-01: a request without a token is an OAuth error", async () => {
    const answer = await newDevice(demo).post("/revoke", { form: {} });
    expect(answer.status).toBe(400);
    expect(json(answer)).toMatchObject({ error: "invalid_request" });
  });
});

describe("POST /introspect", () => {
  test.each([
    ["nothing", undefined],
    ["a user's access token", "user"],
    ["a wrong service credential", "x".repeat(43)],
  ])("RI-05: whoever presents %s learns nothing", async (_name, credential) => {
    const { access_token } = await grant(demo, accounts.test);
    const bearer = credential === "user" ? access_token : credential;
    const answer = await newDevice(demo).post("/introspect", {
      form: { token: access_token },
      ...(bearer === undefined ? {} : { bearer }),
    });
    expect(answer.status).toBe(401);
    expect(json(answer)).toMatchObject({ error: "invalid_client" });
    expect(answer.text).not.toContain("active");
  });

  test("RI-05 RI-06: a live token is described, a dead one is not, and neither is cached", async () => {
    const { access_token: token } = await grant(demo, accounts.test);
    const look = (): ReturnType<ReturnType<typeof newDevice>["post"]> =>
      newDevice(demo).post("/introspect", { bearer: demo.serviceToken, form: { token } });
    const live = await look();
    expect(json(live)).toMatchObject({ active: true, sub: userId, token_type: "access_token" });
    await newDevice(demo).post("/logout", { bearer: token });
    const dead = await look();
    expect(dead.text).toBe('{"active":false}');
    expect([live, dead].map(({ headers }) => headers["cache-control"])).toEqual([
      "no-store",
      "no-store",
    ]);
  });
});
