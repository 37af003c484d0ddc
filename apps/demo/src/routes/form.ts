/** What a form or an address brings, as text. */
import express, { type Request, type RequestHandler } from "express";

/** Reads the body of a form; the library has read the bodies of its own routes already. */
export const readForm: RequestHandler = express.urlencoded({ extended: false, limit: "16kb" });

/** A field of the form; empty when it is missing or was sent twice. */
export function fieldOf(req: Request, name: string): string {
  return textIn(req.body, name) ?? "";
}

/** A parameter of the address; null when it is missing or was given twice. */
export function parameterOf(req: Request, name: string): string | null {
  return textIn(req.query, name);
}

function textIn(fields: unknown, name: string): string | null {
  if (typeof fields !== "object" || fields === null || !Object.hasOwn(fields, name)) return null;
  const value = (fields as Record<string, unknown>)[name];
  return typeof value === "string" ? value : null;
}
