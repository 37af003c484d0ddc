/** Interpreters that run other people's languages: the first of several that passes a trial. */
import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** How to start an interpreter. */
export interface Interpreter {
  readonly command: string;
  /** What its environment has to hold beside our own. */
  readonly env: Readonly<Record<string, string>>;
}

/** What to look for, and where. */
export interface Wanted {
  /** What people call it, with its version and what it needs. */
  readonly name: string;
  /** The environment variable that names its path. */
  readonly variable: string;
  /** Its name on PATH. */
  readonly executable: string;
  /** Where it may also lie, hidden on PATH by another one. */
  readonly elsewhere: readonly string[];
  /** Arguments with which it ends with 0 when it is one that we can use. */
  readonly trial: readonly string[];
  /** What a person runs to have it. */
  readonly install: string;
  /** Unpacks it into the cache. */
  readonly unpack: () => Promise<Interpreter>;
}

const execute = promisify(execFile);

/**
 * What its variable names, else the first that passes the trial on PATH or elsewhere, else Debian's,
 * unpacked into the cache.
 *
 * @throws Error when there is none; its message names the command to run.
 */
export async function findInterpreter(wanted: Wanted): Promise<Interpreter> {
  const { name, variable, executable, elsewhere, trial, install, unpack } = wanted;
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    const interpreter = { command: named, env: {} };
    if (await passes(interpreter, trial)) return interpreter;
    throw new Error(`${variable} is ${named}, which is no ${name}.`);
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const command of [...folders.map((folder) => join(folder, executable)), ...elsewhere]) {
    const interpreter = { command, env: {} };
    if (await passes(interpreter, trial)) return interpreter;
  }
  try {
    const interpreter = await unpack();
    if (await passes(interpreter, trial)) return interpreter;
    throw new Error(`${interpreter.command} does not do here what it was unpacked for.`);
  } catch (error) {
    throw new Error(
      `No ${name} was found on PATH. Run "${install}", or set ${variable} to its path.\n` +
        String(error),
      { cause: error },
    );
  }
}

function passes({ command, env }: Interpreter, trial: readonly string[]): Promise<boolean> {
  const options = { env: { ...process.env, ...env }, cwd: "/" };
  return execute(command, trial, options).then(
    () => true,
    () => false,
  );
}
