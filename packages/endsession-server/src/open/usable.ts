/** Says which setting is to blame when a server or a file cannot be used. */
import { EndSessionError } from "endsession";
import { UnusableError } from "../config/config.ts";
import { placeOf, withoutPassword } from "../config/server-url.ts";

/** Where something is, and which setting says so. */
export interface Whereabouts {
  /** The name of the variable, key or option. */
  readonly setting: string;
  /** A file, or the URL of a server. */
  readonly location: string;
}

/** Does what needs it. Throws an `UnusableError`, in one sentence, for whatever goes wrong. */
export async function usable<T>(where: Whereabouts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UnusableError(sentenceOf(where, error), { cause: error });
  }
}

/** What may be shown of a location: no user and no password. */
export function shownPlace(location: string): string {
  return isUrl(location) ? placeOf(location) : location;
}

/** What the error says and, where it does not say so itself, why: on one line, no password in it. */
export function reasonOf(error: unknown, location: string): string {
  const { message, cause } = error as Error;
  const why =
    cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : "";
  const oneSentence = message
    .replace(/\.$/, "")
    .replaceAll(/\.+\s+([A-Z])/g, (_, first: string) => `; ${first.toLowerCase()}`)
    .replace(/^The /, "the ");
  const reason = `${oneSentence}${why}.`.replaceAll(/\s+/g, " ");
  return isUrl(location) ? withoutPassword(reason, location) : reason;
}

function sentenceOf({ setting, location }: Whereabouts, error: unknown): string {
  const place = shownPlace(location);
  if (error instanceof EndSessionError && error.code === "ERR_SECRET_MISMATCH") {
    return (
      `ENDSESSION_SECRET is not the secret that "${place}" was made with; ` +
      `give that one, or name another database in ${setting}.`
    );
  }
  return `${setting} is "${place}": ${reasonOf(error, location)}`;
}

function isUrl(location: string): boolean {
  return /:\/\//.test(location) && URL.canParse(location);
}
