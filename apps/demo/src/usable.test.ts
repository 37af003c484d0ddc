import { expect, test } from "vitest";
import { EndSessionError } from "endsession";
import { ConfigError } from "./config.ts";
import { usable } from "./usable.ts";

const database = {
  variable: "ENDSESSION_DATABASE",
  location: "postgres://user:p%40ss@db.example/demo?password=p%26ss",
} as const;

async function refusal(error: Error, where: Parameters<typeof usable>[0]): Promise<unknown> {
  return usable(where, () => Promise.reject(error)).catch((refused: unknown) => refused);
}

test("makes one sentence of what the library says", async () => {
  const cause = new Error("permission denied\nfor schema public");
  const error = new EndSessionError("ERR_STORE_UNAVAILABLE", "The tables failed. Try again.", {
    cause,
  });
  const refused = await refusal(error, database);
  expect(refused).toBeInstanceOf(ConfigError);
  expect(refused).toHaveProperty(
    "message",
    'ENDSESSION_DATABASE is "postgres://db.example/demo": the tables failed; try again ' +
      "(permission denied for schema public).",
  );
});

test("says of a cause only what was not said", async () => {
  const error = new Error("It failed: no disk.. Make room.", { cause: new Error("no disk") });
  const refused = await refusal(error, { ...database, location: "file:demo.db" });
  expect(refused).toHaveProperty(
    "message",
    'ENDSESSION_DATABASE is "file:demo.db": It failed: no disk; make room.',
  );
});

test("lets out no password, in whatever form a server repeats it", async () => {
  const said = "ERR unknown command 'HELLO', with args beginning with: 'user' 'p@ss' p%40ss p&ss";
  expect(await refusal(new Error(said), database)).toHaveProperty(
    "message",
    expect.stringMatching(/^(?!.*p(?:@|%40|&|%26)ss).*'user' '\*\*\*' \*\*\* \*\*\*\.$/),
  );
});

test("blames the secret when the keys do not open", async () => {
  const refused = await refusal(new EndSessionError("ERR_SECRET_MISMATCH", "…"), database);
  expect(refused).toHaveProperty(
    "message",
    expect.stringMatching(/^ENDSESSION_SECRET is not .*"postgres:\/\/db\.example\/demo"/),
  );
});
