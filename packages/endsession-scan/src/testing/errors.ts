/** What a failing assertion throws: it says what was seen, and points at the line of the test. */
import { ScanError } from "../scan-error.ts";

/** A probe's answer that decided. */
export interface Acceptance {
  /** Such as `GET http://localhost:3000/account`. */
  readonly probe: string;
  readonly status: number;
  /** What was sent, such as `cookie sid`. */
  readonly carriers: readonly string[];
  /** When it was asked, in milliseconds since the assertion began. */
  readonly after: number;
}

/** Thrown by `expectDead`: something of what was captured is accepted. */
export class SessionStillAliveError extends Error {
  /** What was accepted, one for each probe and set of credentials. */
  readonly accepted: readonly Acceptance[];

  constructor(message: string, accepted: readonly Acceptance[]) {
    super(message);
    this.name = "SessionStillAliveError";
    this.accepted = accepted;
  }
}

/** Thrown by `expectAlive`: what was captured is refused. */
export class SessionDeadError extends Error {
  /** What was refused, one for each probe. */
  readonly refused: readonly Acceptance[];

  constructor(message: string, refused: readonly Acceptance[]) {
    super(message);
    this.name = "SessionDeadError";
    this.refused = refused;
  }
}

/** Errors that are meant for the test; any other tells of a mistake in here, and keeps its stack. */
const own = [ScanError, SessionDeadError, SessionStillAliveError] as const;

/**
 * Notes who calls, while that can be seen: test runners show the line that an error's stack begins
 * with, and after an `await` that would be one in here.
 *
 * @param callee the function whose caller is meant
 * @returns runs something, and has its errors begin at that line
 */
export function fromCaller(
  callee: (...args: never[]) => unknown,
): <Result>(run: () => Promise<Result>) => Promise<Result> {
  const here = { stack: "" };
  Error.captureStackTrace(here, callee);
  const frames = here.stack.split("\n").slice(1).join("\n");
  return async (run) => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Error && own.some((kind) => error instanceof kind)) {
        error.stack = `${error.name}: ${error.message}\n${frames}`;
      }
      throw error;
    }
  };
}
