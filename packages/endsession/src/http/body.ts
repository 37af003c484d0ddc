/** Reads and validates what a request brings, before anything is done with it. */
import { z } from "zod";
import type { Incoming } from "./incoming.ts";
import { Problem } from "./problem.ts";

const maxBody = 64 * 1024;

/** Text without control characters: what ends up in headers, logs and tables. */
export function text(max: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must hold no control characters");
}

/** Where a form wants to lead; may be empty. What is done with it is `localPath`'s to say. */
export const address: z.ZodString = z
  .string()
  .max(2048)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must hold no control characters");

/** A yes or no: a JSON boolean, or a form's checkbox. */
export const flag: z.ZodType<boolean> = z
  .union([z.boolean(), z.enum(["on", "true", "1", "off", "false", "0", ""])])
  .transform((value) => value === true || value === "on" || value === "true" || value === "1");

/** Reads a JSON or form body of at most 64 KiB and validates it. No body is an empty object. */
export async function readBody<T>(request: Incoming, schema: z.ZodType<T>): Promise<T> {
  return validate(parseBody(request.headers.get("content-type"), await readText(request)), schema);
}

/** Validates the query string. */
export function readQuery<T>(url: URL, schema: z.ZodType<T>): T {
  return validate(fromForm(url.searchParams), schema);
}

function validate<T>(value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 10).map((issue) => ({
    field: issue.path.join(".") || "(body)",
    // A list of unknown fields is as long as whoever sends them likes.
    message: issue.message.slice(0, 500),
  }));
  const [first] = errors;
  throw new Problem("invalidRequest", {
    detail: `"${first?.field}" is not valid: ${first?.message}. Nothing was changed.`,
    members: { errors },
  });
}

/** What browsers send forms as. */
export const formType: string = "application/x-www-form-urlencoded";

/** The media type in a Content-Type header, in lower case, without its parameters. */
export function mediaTypeOf(contentType: string | null): string {
  const [type = ""] = (contentType ?? "").split(";");
  return type.trim().toLowerCase();
}

function parseBody(contentType: string | null, body: string): unknown {
  if (body === "") return {};
  const type = mediaTypeOf(contentType);
  if (type === formType) return fromForm(new URLSearchParams(body));
  if (type === "application/json") {
    try {
      return JSON.parse(body) as unknown;
    } catch {
      throw new Problem("invalidRequest", {
        detail: "The body is no JSON, although its content type says so. Nothing was changed.",
      });
    }
  }
  throw new Problem("unsupportedMediaType", {
    detail: "Send application/json or application/x-www-form-urlencoded. Nothing was changed.",
  });
}

function fromForm(form: URLSearchParams): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of form) {
    if (Object.hasOwn(fields, name)) {
      throw new Problem("invalidRequest", {
        detail: "A field stands in the request more than once. Nothing was changed.",
      });
    }
    Object.defineProperty(fields, name, { value, enumerable: true });
  }
  return fields;
}

async function readText(request: Incoming): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBody) throw tooLarge();
  const body = await request.text(maxBody);
  if (body === null) throw tooLarge();
  return body;
}

function tooLarge(): Problem {
  return new Problem("bodyTooLarge", {
    detail: `The body is longer than ${maxBody} bytes. Nothing was changed.`,
  });
}
