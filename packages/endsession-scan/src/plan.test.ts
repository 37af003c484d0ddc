import { expect, test } from "vitest";
import { configSchema } from "./config/schema.ts";
import { Plan } from "./plan.ts";

const baseUrl = "http://app.test/";
const planOf = (more: object): Plan => new Plan(configSchema.parse({ baseUrl, ...more }));

test("a password may be all that an application asks for", () => {
  expect(planOf({ password: "correct horse" }).account).toEqual({
    username: "",
    password: "correct horse",
  });
});

test("without name and password nobody can sign in, unless a browser state does", () => {
  expect(() => planOf({})).toThrow(/^No account was given: pass --username/u);
  expect(planOf({ signIn: { kind: "state", file: "state.json" } }).account.password).toBe("");
});
