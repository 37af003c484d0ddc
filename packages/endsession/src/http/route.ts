/** What a route is: its place, what it takes, what it answers, and the answer itself. */
import type { z } from "zod";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

/** Which credential a route asks for; for the description. */
export type Security = "none" | "session" | "service";

/** One route. `Body` and `Query` are what its schemas give. */
export interface Route<Body = unknown, Query = unknown> {
  readonly method: "GET" | "POST" | "DELETE";
  /** The path below the base path, with `:name` for a part that varies. */
  readonly path: string;
  /** One line for the description. */
  readonly summary: string;
  readonly security: Security;
  /** Whether a failure of the store means that a session may not have ended. */
  readonly ends?: boolean;
  /** Whether the limit of the logout routes holds here, and its headers are on every answer. */
  readonly limited?: boolean;
  /** Whether errors take the form of RFC 6749 section 5.2. */
  readonly oauth?: boolean;
  /** Whether a GET may be answered with a page; a POST always may, by a browser's form. */
  readonly page?: boolean;
  /** Whether the path is the application's own for every other method. */
  readonly shared?: boolean;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /**
   * What is done all the same when something else has read the body; gives the Set-Cookie headers
   * (default nothing).
   */
  readonly withoutBody?: (exchange: Exchange) => Promise<readonly string[]>;
  /** What a success holds, by status; for the description. */
  readonly responses: Readonly<Record<number, { description: string; schema?: z.ZodType }>>;
  handle(call: Call<Body, Query>): Promise<Answer>;
}

/** A call of a route. */
export interface Call<Body = unknown, Query = unknown> {
  readonly exchange: Exchange;
  readonly body: Body;
  readonly query: Query;
  readonly params: Readonly<Record<string, string>>;
}

/** Defines a route; its handler's types follow from its schemas. */
export function route<Body = unknown, Query = unknown>(of: Route<Body, Query>): Route {
  return of as Route;
}
