/** How a command ends other than well. */

/** The command cannot be carried out as it was given: exit code 3. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** Nobody agreed to what the command would do: exit code 2. */
export class CalledOff extends Error {
  override readonly name: string = "CalledOff";
}
