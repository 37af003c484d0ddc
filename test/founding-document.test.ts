/** The test suite of the endpoint reference that this project started from, as real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { grant, newDevice, refresh, type Tokens } from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u;

describe("Logout", () => {
  test("should logout successfully with valid token", async () => {
    const { access_token } = await grant(demo, accounts.test);
    const answer = await newDevice(demo).post("/logout", { bearer: access_token });
    expect(answer.status).toBe(200);
    const body = json(answer);
    expect(body).toHaveProperty("message");
    expect(body["message"]).toContain("successful");
    expect(body["timestamp"]).toMatch(timestamp);
  });

  test("should logout with the document's own curl command", async () => {
    const { access_token } = await grant(demo, accounts.test);
    const answer = await newDevice(demo, { "user-agent": "curl/8.5.0", accept: "*/*" }).post(
      "/logout",
      { bearer: access_token, headers: { "content-type": "application/json" } },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(json(answer)["message"]).toBe("Logout successful");
  });

  test("should fail without token", async () => {
    const answer = await newDevice(demo).post("/logout");
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/u);
    expect(json(answer)).toMatchObject({ code: 401, msg: expect.any(String) as string });
  });

  test("RT-09 ER-02: should invalidate refresh tokens", async () => {
    const { access_token, refresh_token } = await grant(demo, accounts.test);
    const answer = await newDevice(demo).post("/logout", { bearer: access_token });
    expect(answer.status).toBe(200);

    const refused = await refresh(demo, refresh_token);
    expect(refused.status).toBe(400);
    expect(json(refused)["error"]).toBe("invalid_grant");
  });

  test("JW-04: should refuse the token itself from then on", async () => {
    const { access_token } = await grant(demo, accounts.test);
    await newDevice(demo).post("/logout", { bearer: access_token });
    const refused = await newDevice(demo).get("/me", { bearer: access_token });
    expect(refused.status).toBe(401);
    expect(json(refused)).toMatchObject({ code: 401, msg: "The session has ended" });
  });

  test("LA-01: should handle logout from all devices", async () => {
    const devices: Tokens[] = [];
    for (let device = 0; device < 3; device += 1) devices.push(await grant(demo, accounts.test));
    const [caller] = devices;
    const answer = await newDevice(demo).post("/logout/all", {
      bearer: caller?.access_token ?? "",
    });
    expect(answer.status).toBe(200);
    expect(json(answer)["message"]).toContain("all devices");
    expect(json(answer)["timestamp"]).toMatch(timestamp);

    for (const { access_token, refresh_token } of devices) {
      expect((await newDevice(demo).get("/me", { bearer: access_token })).status).toBe(401);
      expect((await refresh(demo, refresh_token)).status).toBe(400);
    }
  });

  test("should fail to log out from all devices without token", async () => {
    expect((await newDevice(demo).post("/logout/all")).status).toBe(401);
  });
});
