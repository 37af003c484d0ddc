/** What a scan does, as it does it: one line that changes on a terminal, plain lines elsewhere. */
import type { Step } from "../artifacts.ts";
import { oneLine } from "../plain-text.ts";
import { nameOf } from "../report/words.ts";

export interface Progress {
  step(step: Step): void;
  /** Clears the line. */
  done(): void;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Progress goes to stderr, so that stdout holds the report alone. */
export function progressOn(stream: Stream, env: NodeJS.ProcessEnv): Progress {
  const lively = stream.isTTY === true && env["CI"] === undefined;
  return {
    step: ({ at, by, what }) => {
      const line = `${(at / 1000).toFixed(1).padStart(6)} s  ${nameOf(by)} ${oneLine(what)}`;
      if (lively) stream.write(`\r\u001B[2K${line.slice(0, (stream.columns ?? 80) - 1)}`);
      else stream.write(`${line}\n`);
    },
    done: () => {
      if (lively) stream.write("\r\u001B[2K");
    },
  };
}
