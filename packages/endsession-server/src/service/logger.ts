/** The service's log: one JSON object a line on stdout, without secrets. */
import { credentialPattern } from "endsession";
import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "../config/config.ts";
import { currentRequest } from "./request-id.ts";

/** Makes the log. `to` is where it is written (default stdout, at once). */
export function createLogger(config: Config, to?: DestinationStream): Logger {
  const scrub = scrubber(config);
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: () => {
        const id = currentRequest.getStore();
        return id === undefined ? {} : { request_id: id };
      },
      serializers: { error: pino.stdSerializers.errWithCause },
      redact: {
        paths: ["cookie", "authorization", "set-cookie", "password", "token"].flatMap((name) => [
          `["${name}"]`,
          `*["${name}"]`,
          `*.headers["${name}"]`,
        ]),
        censor: "[redacted]",
      },
      // Whatever slips through as text, in the message of some driver's error for instance.
      hooks: { streamWrite: scrub },
    },
    to ?? pino.destination({ fd: 1, sync: true }),
  );
}

const credentials = new RegExp(credentialPattern.source, "g");
const jwt = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
const passwordInUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^:@/\s"]*):[^@/\s"]+@/gi;
const secretInQuery = /([?&](?:ticket|token|code|password)=)[^&\s"\\]+/gi;
const bearer = /\b(bearer|basic) [\w.~+/=-]{8,}/gi;

/** Takes out of a text what looks like a credential, and the secrets of the settings. */
export function scrubber(config: Config): (text: string) => string {
  const own = [config.secret, config.serviceToken]
    .filter((secret) => secret !== null)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return (text) =>
    own
      .reduce((said, secret) => said.replaceAll(secret, "[redacted]"), text)
      .replaceAll(credentials, "[redacted]")
      .replaceAll(jwt, "[redacted]")
      .replaceAll(passwordInUrl, "$1:[redacted]@")
      .replaceAll(secretInQuery, "$1[redacted]")
      .replaceAll(bearer, "$1 [redacted]");
}
