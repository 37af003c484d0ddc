/** Requests that are wrong in exactly one way, generated from the description of an operation. */
import type { Call } from "./client.ts";
import type { Operation, Schema } from "./openapi.ts";

/** A request and what is wrong with it. */
export interface BadRequest {
  readonly fault: string;
  readonly path: string;
  readonly call: Call;
}

type Fields = Readonly<Record<string, unknown>>;

const controls: Readonly<Record<string, string>> = {
  "a NUL": "a\u0000b",
  "a CR": "a\rb",
  "a LF": "a\nb",
  "a header of its own": "a\r\nSet-Cookie: es_session=planted",
};

const wrongTypes: readonly unknown[] = [
  null,
  17,
  1.5,
  {},
  { a: 1 },
  [],
  [[]],
  [null],
  "wrong\u0000",
];

const kibibyte = 1024;

/** Everything that can be wrong with an operation's input. `valid` are good fields of its body. */
export function badRequests(operation: Operation, path: string, valid: Fields): BadRequest[] {
  return [
    ...operation.query.flatMap((name) => badQuery(path, name)),
    ...(operation.body === null ? [] : badBodies(path, operation.body, valid)),
  ];
}

/** Too many cookies, and each header that a request may have, over 8 KiB. */
export function badHeaders(path: string): BadRequest[] {
  const long = "x".repeat(8 * kibibyte + 1);
  const cookies = Array.from({ length: 51 }, (_, index) => `c${index}=1`).join("; ");
  const names = [
    "authorization",
    "accept",
    "user-agent",
    "sec-ch-ua",
    "origin",
    "x-forwarded-for",
    "x-unknown",
  ];
  return [
    { fault: "51 cookies", path, call: { cookie: cookies } },
    { fault: "a cookie header over 8 KiB", path, call: { cookie: `c=${long}` } },
    ...names.map((name) => ({
      fault: `the header ${name} over 8 KiB`,
      path,
      call: { headers: { [name]: name === "authorization" ? `Bearer ${long}` : long } },
    })),
  ];
}

function badQuery(path: string, name: string): BadRequest[] {
  const values = ["%00", "a%0D%0Ab", "x".repeat(3 * kibibyte), `1&${name}=1`];
  return values.map((value) => ({
    fault: `the parameter ${name} as ${value.slice(0, 20)}`,
    path: `${path}?${name}=${value}`,
    call: {},
  }));
}

function badBodies(path: string, schema: Schema, valid: Fields): BadRequest[] {
  const asJson = { "content-type": "application/json" };
  const asForm = { "content-type": "application/x-www-form-urlencoded" };
  const good = JSON.stringify(valid);
  const padding = "x".repeat(64 * kibibyte);
  const raw = (fault: string, body: string, headers: Record<string, string>): BadRequest => ({
    fault,
    path,
    call: { body, headers },
  });
  return [
    ...["{", "{]", `${good.slice(0, -1)},}`, "{'a':1}", "\u0000", "NaN", "undefined"].map((body) =>
      raw(`the malformed JSON ${JSON.stringify(body)}`, body, asJson),
    ),
    ...["[]", `[${good}]`, "null", "1", '"text"', "true"].map((body) =>
      raw(`the body ${body.slice(0, 20)}`, body, asJson),
    ),
    raw("JSON over 64 KiB", JSON.stringify({ ...valid, padding }), asJson),
    raw("a form over 64 KiB", `padding=${padding}`, asForm),
    ...["text/plain", "application/xml", "multipart/form-data; boundary=x", "x", "json"].map(
      (type) => raw(`the content type ${type}`, good, { "content-type": type }),
    ),
    raw("no content type", good, {}),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      raw(`the field ${name} twice`, `${name}=a&${name}=b`, asForm),
      ...badFields(path, name, field, valid),
    ]),
  ];
}

function badFields(path: string, name: string, field: Schema, valid: Fields): BadRequest[] {
  const of = (fault: string, value: unknown): BadRequest => ({
    fault: `the field ${name} ${fault}`,
    path,
    call: { json: { ...valid, [name]: value } },
  });
  const wrong = wrongTypes.filter((value) => !(field.type === "array" && isEmpty(value)));
  return [
    ...wrong.map((value) => of(`as ${JSON.stringify(value)}`, value)),
    ...Object.entries(field.type === "string" ? controls : {}).map(([control, value]) =>
      of(`with ${control}`, value),
    ),
    ...(field.type === "array" ? [of("with a control character", ["a\u0000b"])] : []),
  ];
}

/** An empty list is a good list. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
