/** The operations that `GET /openapi.json` documents, and a check of values against its schemas. */
import { install } from "./installation.ts";

/** A JSON schema, as far as the description uses it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** One operation. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  /** The body's fields; null for an operation without a body. */
  readonly body: Schema | null;
  /** The names of the query's parameters. */
  readonly query: readonly string[];
  /** Whether errors have the form of RFC 6749. */
  readonly oauth: boolean;
  /** Whether it asks for the service credential. */
  readonly service: boolean;
  /** The documented statuses of success, and the schema of each body. */
  readonly responses: ReadonlyMap<number, Schema | null>;
}

interface Described {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters: { name: string; in: string }[];
  security: Record<string, unknown>[];
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

interface Document {
  paths: Record<string, Record<string, Described>>;
}

/** Reads a description. */
export function operationsOf(document: unknown): Operation[] {
  const { paths } = document as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      method: method.toUpperCase(),
      path,
      body: described.requestBody?.content["application/json"]?.schema ?? null,
      query: described.parameters.filter((one) => one.in === "query").map(({ name }) => name),
      oauth: "application/json" in (described.responses["default"]?.content ?? {}),
      service: described.security.some((scheme) => "serviceCredential" in scheme),
      responses: responsesOf(described),
    })),
  );
}

/** The operations of an installation that has every route the demo has. */
export async function documentedOperations(): Promise<Operation[]> {
  const site = await install();
  const answer = await site.ask("GET", "/openapi.json");
  const operations = operationsOf(await answer.json());
  await site.endsession.close();
  return operations;
}

/** Where a value departs from a schema; empty when it does not. */
export function departures(value: unknown, schema: Schema, at = "$"): string[] {
  if (schema.anyOf) {
    const tried = schema.anyOf.map((one) => departures(value, one, at));
    return tried.some((found) => found.length === 0) ? [] : tried.flat();
  }
  if (schema.const !== undefined && value !== schema.const) return [`${at} is another constant`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is none of the enum`];
  const types = [schema.type ?? []].flat().map((type) => (type === "integer" ? "number" : type));
  if (types.length > 0 && !types.includes(typeOf(value))) {
    return [`${at} is of the type ${typeOf(value)}, not ${types.join(" or ")}`];
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((one, index) => departures(one, items, `${at}[${index}]`)) : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const known = schema.properties?.[name];
      if (schema.properties && !known) return [`${at}.${name} is not documented`];
      return known ? departures(inner, known, `${at}.${name}`) : [];
    }),
  ];
}

function responsesOf({ responses }: Described): Map<number, Schema | null> {
  const numbered = Object.entries(responses).filter(([status]) => /^\d+$/u.test(status));
  return new Map(
    numbered.map(([status, { content }]) => [
      Number(status),
      content?.["application/json"]?.schema ?? null,
    ]),
  );
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
