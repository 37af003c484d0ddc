/** The configuration of a scan: a file, and what the command line says on top of it. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { ScanError } from "../scan-error.ts";
import { configSchema } from "./schema.ts";
import type { Config, ConfigInput } from "./schema.ts";

/** Read when nothing else is named and it is there. */
export const usualFile = "endsession.scan.json";

export interface ReadConfig {
  readonly config: Config;
  /** Where it was read from, or `null`. */
  readonly path: string | null;
}

/**
 * Reads the file, lays the command line's values over it, and checks the whole.
 *
 * @param path as given with --config; default: `endsession.scan.json`, if there is one
 * @throws ScanError naming the file, the key and what is wrong with it
 */
export function readConfig(path: string | undefined, over: Partial<ConfigInput>): ReadConfig {
  const file = path ?? (existsSync(usualFile) ? usualFile : null);
  const written = file === null ? {} : parsed(file);
  const given = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
  const whole = { ...written, ...given };
  if (!("baseUrl" in whole)) {
    throw new ScanError(
      "usage",
      "No address was given: endsession-scan https://app.example --username … --password-env …",
    );
  }
  return { config: checkConfig(whole, file ?? "the command line"), path: file };
}

/** @throws ScanError naming the key that is wrong */
export function checkConfig(value: unknown, source: string): Config {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = issue === undefined || issue.path.length === 0 ? "" : ` at "${issue.path.join(".")}"`;
  throw new ScanError(
    "usage",
    `In ${source}${key}: ${issue?.message ?? z.prettifyError(result.error)}.`,
  );
}

function parsed(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new ScanError(
      "usage",
      `The configuration ${file} cannot be read. Check the path given with --config.`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ScanError("usage", `The configuration ${file} is not JSON: ${why}.`, {
      cause: error,
    });
  }
  throw new ScanError("usage", `The configuration ${file} has to be a JSON object.`);
}
