/** `npm start`: runs the demo until it is told to stop. */
import { ConfigError, readConfig } from "./config.ts";
import { startDemo } from "./server.ts";

try {
  const config = readConfig(process.env);
  const demo = await startDemo(config);
  const token = config.serviceTokenIsNew ? `  (service token: ${config.serviceToken})` : "";
  process.stdout.write(`endsession demo: ${demo.url}${token}\n`);

  const stop = (): void => {
    demo.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  // Once: a second signal ends the process without ceremony.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const text = error instanceof ConfigError ? error.message : ((error as Error).stack ?? error);
  // A server that does not answer must not keep the process.
  process.stderr.write(`endsession demo: ${String(text)}\n`, () => process.exit(1));
}
