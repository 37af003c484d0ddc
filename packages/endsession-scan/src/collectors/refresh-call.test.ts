import { expect, test } from "vitest";
import type { Device } from "../browser/device.ts";
import type { Scene } from "../scene.ts";
import { findRefreshCall } from "./refresh-call.ts";

const password = "correct horse & 1851";
const tokens = '{"access_token":"a.b.c","refresh_token":"r"}';

/** Looks for a refresh among what a page has sent to `/auth/token`, the latest last. */
async function found(...bodies: readonly string[]): Promise<string | null> {
  const seen = bodies.map((body) => ({
    type: "fetch",
    ask: { method: "POST", url: "http://app.test/auth/token", headers: [], body },
    status: 200,
    headers: [],
    body: tokens,
  }));
  const scene = { plan: { config: {}, account: { username: "ada", password } } };
  const device = {
    page: { reload: () => Promise.resolve(), waitForTimeout: () => Promise.resolve() },
    traffic: { seen, settled: () => Promise.resolve() },
  };
  const call = await findRefreshCall(scene as unknown as Scene, device as unknown as Device);
  return call?.found ?? null;
}

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

test.each([
  ["a password grant", form({ grant_type: "password", username: "ada", password: "other" })],
  ["the password in a form", form({ user: "ada", secret: password })],
  ["the password in JSON", JSON.stringify({ user: "ada", secret: password })],
  ["a code", form({ grant_type: "authorization_code", code: "c" })],
])("%s is a sign-in and no refresh", async (_, body) => {
  expect(await found(body)).toBe(null);
});

test("a refresh is found behind the sign-in at the same address", async () => {
  const refresh = form({ grant_type: "refresh_token", refresh_token: "r" });
  const [signIn, sent] = [
    form({ user: "ada", secret: password }),
    "sent by the application's page",
  ];
  expect(await found(signIn, refresh)).toBe(`POST /auth/token, ${sent}`);
  expect(await found(refresh, signIn)).toBe(`POST /auth/token, ${sent}`);
});
