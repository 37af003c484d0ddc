/** The description is true: what it documents can be sent, and what comes back is documented. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { examplesFor } from "./support/examples.ts";
import { departures, documentedOperations, operationsOf } from "./support/openapi.ts";
import { newDevice, userIdOf } from "./support/sessions.ts";

const operations = await documentedOperations();

let demo: Demo;
let examples: Awaited<ReturnType<typeof examplesFor>>;
beforeAll(async () => {
  demo = await startDemo();
  examples = await examplesFor(demo, await userIdOf(demo, accounts.test));
});
afterAll(() => demo.stop());

test("the demo documents the operations that are tested here", async () => {
  const documented = operationsOf(json(await newDevice(demo).get("/openapi.json")));
  const names = documented.map(({ method, path }) => `${method} ${path}`);
  expect(names).toEqual(operations.map(({ method, path }) => `${method} ${path}`));
  expect(names.toSorted()).toEqual(Object.keys(examples).toSorted());
});

/** Bodies are documented as JSON and as a form; lists have no form. */
const cases = operations.flatMap((operation) => {
  const { body, method, path } = operation;
  const isFlat = Object.values(body?.properties ?? {}).every(({ type }) => type !== "array");
  const ways = body === null ? ["no body"] : ["JSON", ...(isFlat ? ["a form"] : [])];
  return ways.map((way) => [`${method} ${path}`, way, operation] as const);
});

test.each(cases)(
  "%s with %s takes and answers what is documented",
  async (name, way, { method, body, query, responses }) => {
    const example = await examples[name]?.();
    if (!example) throw new Error("There is no example.");
    // Every documented field is in the example, and no other.
    expect(Object.keys(example.fields).toSorted()).toEqual(
      Object.keys(body?.properties ?? {}).toSorted(),
    );
    expect(Object.keys(example.query).toSorted()).toEqual(query.toSorted());
    expect(departures(example.fields, body ?? {})).toEqual([]);

    const text = Object.entries(example.fields).map(([field, value]) => [field, String(value)]);
    const sent = {
      "no body": {},
      JSON: { json: example.fields },
      "a form": { form: Object.fromEntries(text) as Record<string, string> },
    };
    const search = new URLSearchParams(example.query).toString();
    if (name === "GET /events") {
      // It does not end by itself.
      const headers = { cookie: example.cookie ?? "" };
      const stream = await fetch(demo.url + example.path, { headers });
      expect(stream.status).toBe(200);
      expect(stream.headers.get("content-type")).toBe("text/event-stream");
      await stream.body?.cancel();
      return;
    }
    const answer = await newDevice(demo).send(
      method,
      example.path + (search === "" ? "" : `?${search}`),
      {
        ...sent[way as keyof typeof sent],
        cookie: example.cookie,
        ...(example.bearer === undefined ? {} : { bearer: example.bearer }),
      },
    );
    expect([...responses.keys()]).toContain(answer.status);
    const schema = responses.get(answer.status);
    if (schema) expect(departures(json(answer), schema)).toEqual([]);
  },
);
