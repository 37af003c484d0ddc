/** The library in this very process, over https, with a clock that the test moves. */
import { createEndSession, type EndSession, type EndSessionOptions } from "endsession";
import { sqliteStore } from "endsession/sqlite";

/** Where an installation believes itself to be. */
export const origin = "https://app.example";

/** What a request may carry. */
export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly bearer?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** The address of the client (default 192.0.2.1). */
  readonly address?: string;
}

/** An installation. */
export interface Installation {
  readonly endsession: EndSession;
  /** Moves the clock on, in milliseconds. */
  advance(milliseconds: number): void;
  /** Sends a request from a page of the application's own. */
  ask(method: string, path: string, ask?: Ask): Promise<Response>;
}

/** The credential of back ends. */
export const serviceToken = "a-service-credential-for-the-tests-of-endsession";

/** The password of every user whose e-mail address is `<user id>@example.com`. */
export const password = "password123";

/** Opens an installation on a store of its own (default in memory). */
export async function install(
  options: Partial<EndSessionOptions> & { readonly database?: string } = {},
): Promise<Installation> {
  const { database = ":memory:", ...rest } = options;
  let offset = 0;
  const endsession = await createEndSession({
    store: await sqliteStore(database),
    serviceToken,
    clock: { now: () => Date.now() + offset, monotonic: () => performance.now() + offset },
    verifyPassword: async ({ identifier, userId, password: given }) =>
      given === password ? { userId: userId ?? (identifier ?? "").split("@")[0] ?? "" } : null,
    ...rest,
  });
  return {
    endsession,
    advance(milliseconds) {
      offset += milliseconds;
    },
    ask: (method, path, ask = {}) =>
      endsession.handler.fetch(requestOf(method, path, ask), {
        address: ask.address ?? "192.0.2.1",
      }),
  };
}

function requestOf(method: string, path: string, ask: Ask): Request {
  const headers = new Headers({ "sec-fetch-site": "same-origin" });
  if (ask.cookie !== undefined) headers.set("cookie", ask.cookie);
  if (ask.bearer !== undefined) headers.set("authorization", `Bearer ${ask.bearer}`);
  if (ask.json !== undefined) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(ask.headers ?? {})) headers.set(name, value);
  const body = ask.form ? new URLSearchParams(ask.form) : JSON.stringify(ask.json);
  return new Request(origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
}
