/** `GET /openapi.json`: the description, made from the schemas that validate the input. */
import { z } from "zod";
import { problems } from "../../protocol/problems.ts";
import { json } from "../respond.ts";
import { route, type Route } from "../route.ts";

type JsonObject = Record<string, unknown>;

/** The route that describes the others. */
export function openapi(routes: readonly Route[]): Route {
  return route({
    method: "GET",
    path: "/openapi.json",
    summary: "This description",
    security: "none",
    responses: { 200: { description: "An OpenAPI 3.1 document" } },
    handle: async ({ exchange }) => {
      const { basePath } = exchange.http.settings;
      return json(describe(routes, exchange.origin + basePath));
    },
  });
}

function describe(routes: readonly Route[], server: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const one of routes) {
    const path = one.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "endsession", version: "0.1.0", description: "Logout that ends the session." },
    servers: [{ url: server }],
    paths,
    components: {
      securitySchemes: {
        cookie: { type: "apiKey", in: "cookie", name: "__Host-es_session" },
        accessToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        serviceCredential: { type: "http", scheme: "bearer" },
      },
      schemas: { Problem: problemSchema, OAuthError: oauthErrorSchema },
    },
  };
}

function operation(of: Route): JsonObject {
  const error = of.oauth ? "OAuthError" : "Problem";
  const errorType = of.oauth ? "application/json" : "application/problem+json";
  const failure = {
    description: of.oauth ? "An error (RFC 6749)" : "A problem (RFC 9457)",
    content: { [errorType]: { schema: { $ref: `#/components/schemas/${error}` } } },
  };
  const successes = Object.entries(of.responses).map(([status, { description, schema }]) => [
    status,
    {
      description,
      ...(schema && { content: { "application/json": { schema: jsonSchema(schema) } } }),
    },
  ]);
  const content = of.body && { schema: jsonSchema(of.body) };
  return {
    summary: of.summary,
    parameters: [...pathParameters(of.path), ...queryParameters(of.query)],
    ...(content && {
      requestBody: {
        content: { "application/json": content, "application/x-www-form-urlencoded": content },
      },
    }),
    security: security[of.security],
    responses: { ...Object.fromEntries(successes), default: failure },
  };
}

const security = {
  none: [],
  session: [{ cookie: [] }, { accessToken: [] }],
  service: [{ serviceCredential: [] }],
};

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "code", "msg"],
  properties: {
    type: { type: "string" },
    title: { type: "string", enum: [...new Set(Object.values(problems).map((p) => p.title))] },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "integer", description: "The status once more" },
    msg: { type: "string", description: "The title once more" },
    reason: { type: "string", description: "Why the session is over" },
  },
};

const oauthErrorSchema = {
  type: "object",
  required: ["error", "error_description"],
  properties: { error: { type: "string" }, error_description: { type: "string" } },
};

function jsonSchema(schema: z.ZodType): JsonObject {
  const described: JsonObject = {
    ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
  };
  delete described["$schema"];
  return described;
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodType | undefined): JsonObject[] {
  if (!query) return [];
  const { properties = {}, required = [] } = jsonSchema(query) as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}
