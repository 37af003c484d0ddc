/** Says which setting is to blame when a server or a file cannot be used. */
import { EndSessionError } from "endsession";
import { ConfigError } from "./config.ts";
import { placeOf, withoutPassword } from "./server-url.ts";

/** Where something is, and which variable says so. */
export interface Whereabouts {
  readonly variable: "ENDSESSION_DATABASE" | "ENDSESSION_REDIS";
  /** A file, or the URL of a server. */
  readonly location: string;
}

/** Does what needs it. Throws a `ConfigError`, in one sentence, for whatever goes wrong. */
export async function usable<T>(where: Whereabouts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ConfigError(sentenceOf(where, error), { cause: error });
  }
}

function sentenceOf({ variable, location }: Whereabouts, error: unknown): string {
  const isUrl = /:\/\//.test(location) && URL.canParse(location);
  const place = isUrl ? placeOf(location) : location;
  if (error instanceof EndSessionError && error.code === "ERR_SECRET_MISMATCH") {
    return (
      `ENDSESSION_SECRET is not the secret that "${place}" was made with; ` +
      `give that one, or name another database in ${variable}.`
    );
  }
  const reason = reasonOf(error);
  return `${variable} is "${place}": ${isUrl ? withoutPassword(reason, location) : reason}`;
}

/** What the error says and, where it does not say so itself, why: on one line, as one sentence. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const why =
    cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : "";
  const oneSentence = message
    .replace(/\.$/, "")
    .replaceAll(/\.+\s+([A-Z])/g, (_, first: string) => `; ${first.toLowerCase()}`)
    .replace(/^The /, "the ");
  return `${oneSentence}${why}.`.replaceAll(/\s+/g, " ");
}
