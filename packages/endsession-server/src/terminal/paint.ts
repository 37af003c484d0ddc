/** Colours, for a terminal alone and unless `NO_COLOR` is set (https://no-color.org). */
import type { Io } from "./streams.ts";

/** The colours that are used, by what they mean. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  doubtful(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** The colours of a command's stdout. */
export function paintFor({ streams, env }: Io): Paint {
  const coloured = streams.stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const by =
    (code: number) =>
    (text: string): string =>
      coloured ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { good: by(32), bad: by(31), doubtful: by(33), faint: by(2), strong: by(1) };
}
