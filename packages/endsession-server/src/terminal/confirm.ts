/** Asks before something that cannot be undone. */
import { createInterface } from "node:readline/promises";
import { CalledOff } from "./failure.ts";
import { type Io, warn } from "./streams.ts";

/** Throws {@link CalledOff} unless `--yes` was given or whoever is asked agrees. */
export async function confirm(io: Io, yes: boolean | undefined, what: string): Promise<void> {
  if (yes === true) return;
  const { stdin, stderr } = io.streams;
  // Whoever cannot be asked has not agreed.
  if (stdin.isTTY !== true) {
    warn(io, `this ${what}; agree to it by --yes.`);
    throw new CalledOff("nothing was changed.");
  }
  // The question is no result: stdout may lead into a file.
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await prompt.question(`This ${what}. Go on? (yes/no) `);
    if (answer.trim().toLowerCase() === "yes") return;
  } finally {
    prompt.close();
  }
  throw new CalledOff("nothing was changed.");
}
