/** Writes what an operator should see to stderr, one JSON line each. */
import type { Logger } from "endsession";

/** The demo's log: warnings and failures. Events that are as they should be are left out. */
export const logger: Logger = {
  error: (fields, message) => write("error", fields, message),
  warn: (fields, message) => write("warn", fields, message),
  info: () => undefined,
};

function write(level: string, fields: object, message: string): void {
  const line = { level, time: new Date().toISOString(), message, ...fields };
  const text = JSON.stringify(line, (_name, value: unknown) =>
    value instanceof Error ? (value.stack ?? value.message) : value,
  );
  process.stderr.write(`${text}\n`);
}
