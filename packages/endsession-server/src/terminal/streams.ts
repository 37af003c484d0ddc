/** Where a command reads and writes. */
import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
type Out = Writable & { readonly isTTY?: boolean };

/** The three streams of a process. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Out;
  readonly stderr: Out;
}

/** What a command is given. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: Streams;
  /** Where relative paths start. */
  readonly folder: string;
}

/** Writes one line to stdout. */
export function say({ streams }: Io, line: string): void {
  streams.stdout.write(`${line}\n`);
}

/** Writes one line to stderr. */
export function warn({ streams }: Io, line: string): void {
  streams.stderr.write(`endsession: ${line}\n`);
}
