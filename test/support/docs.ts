/** What the examples of the documentation leave to the reader, and how each is put to use. */
import { migrationExercises, oldSessions } from "./migration.ts";

/** The names that an example may use without declaring them. */
export const preludeNames = [
  "app",
  "check",
  "endsession",
  "mails",
  "old",
  "sendMail",
  "sockets",
  "store",
  "users",
  "verifyPassword",
  "visitor",
  "withOld",
] as const;

/** A module that exports {@link preludeNames}. */
export const prelude: string = `
import { deepStrictEqual } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { Duplex } from "node:stream";
import type { AddressInfo } from "node:net";
import express from "express";
import { createEndSession, type VerifyPassword } from "endsession";
import { mount } from "endsession/express";
import { sqliteStore } from "endsession/sqlite";

interface User {
  readonly id: string;
  readonly disabled: boolean;
}
const user: User = { id: "user-42", disabled: false };

export const users = {
  byId: (id: string | null): User | undefined => (id === user.id ? user : undefined),
  byEmail: (email: string): User | undefined => (email === "a@example.com" ? user : undefined),
  isPassword: async (of: User | undefined, password: string): Promise<boolean> =>
    of !== undefined && password === "password123",
  verifyPasskey: async (proof: { right?: boolean }): Promise<User | null> =>
    proof.right === true ? user : null,
  setPassword: async (_id: string, _body: unknown): Promise<void> => undefined,
};
export const verifyPassword: VerifyPassword = async ({ password }) =>
  password === "password123" ? { userId: user.id } : null;

export const mails: string[] = [];
export const sendMail = async (to: string, text: string): Promise<void> => {
  mails.push(to + ": " + text);
};
export const store = await sqliteStore(":memory:");
export const endsession = await createEndSession({
  store: await sqliteStore(":memory:"),
  verifyPassword,
});
export const app = express();
app.use(mount(endsession));

interface WebSocketLike {
  close(code: number, reason: string): void;
  on(event: "close", listener: () => void): void;
}

/** The part of a WebSocketServer of ws that is used. What it sends is text that a test can read. */
export const sockets = {
  handleUpgrade(
    _req: IncomingMessage,
    socket: Duplex,
    _head: Buffer,
    opened: (webSocket: WebSocketLike) => void,
  ): void {
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n");
    opened({
      close: (code, reason) => void socket.end(code + " " + reason),
      on: (event, listener) => void socket.on(event, listener),
    });
  },
};

type Send = (method: string, path: string, json?: unknown) => Promise<{ status: number; text: string }>;

/** A device with a cookie jar, in front of an application. */
export async function visitor(of: RequestListener): Promise<Send> {
  const server = createServer(of).listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = "http://127.0.0.1:" + (server.address() as AddressInfo).port;
  const jar = new Map<string, string>();
  return async (method, path, json) => {
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(base + path, {
      method,
      headers: { ...(cookie && { cookie }), "content-type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";", 1).join("").split("=");
      if (line.includes("Max-Age=0")) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: answer.status, text: await answer.text() };
  };
}

export const check: (actual: unknown, expected: unknown) => void = deepStrictEqual;
${oldSessions}`;

/** The modules that the examples for browsers import, by name. */
export const browserModules: Readonly<Record<string, string>> = {
  "apollo.ts": `
import type { ApolloClientLike } from "endsession/client";
export declare const apolloClient: ApolloClientLike;
`,
  "client.ts": `
import type { Client } from "endsession/client";
export declare const client: Client;
`,
  "queries.ts": `
import { QueryClient } from "@tanstack/query-core";
export const queryClient = new QueryClient();
`,
  "store.ts": `
export declare const store: { reset(): void };
`,
};

/** What these examples use without declaring it. */
export const browserNames = `
declare const app: import("express").Express;
declare const endsession: import("endsession").EndSession;
declare const show: (what: string | null) => void;
`;

const login = '{ email: "a@example.com", password: "password123" }';

/** Code that runs behind an example, by the example's name. */
export const exercises: Readonly<Record<string, string>> = {
  ...migrationExercises,
  "README.md: In your application (1)": `
    const send = await visitor(app);
    check((await send("GET", "/me")).status, 401);
    check((await send("POST", "/login", ${login})).status, 200);
    check((await send("GET", "/me")).text, '{"user":"user-42"}');
    check((await send("POST", "/logout")).status, 200);
    check((await send("GET", "/me")).status, 401);`,
  "docs/guide.md: 2. Open and mount (1)": `
    const send = await visitor(app);
    check((await send("GET", "/healthz")).status, 200);
    check((await send("POST", "/login", ${login})).status, 404);`,
  "docs/guide.md: 3. Sign people in (1)": `
    const claim = { userId: null, tenantId: "default", password: "password123" };
    check(await verifyPassword({ ...claim, identifier: "a@example.com" }), { userId: "user-42" });
    check(await verifyPassword({ ...claim, identifier: "b@example.com" }), null);
    check(await verifyPassword({ ...claim, identifier: null, userId: "user-42" }), { userId: "user-42" });
    await endsession.close();`,
  "docs/guide.md: 3. Sign people in (2)": `
    const send = await visitor(app);
    check((await send("POST", "/sign-in", {})).status, 401);
    check((await send("POST", "/sign-in", { right: true })).status, 200);
    check((await send("GET", "/session")).status, 200);`,
  "docs/guide.md: 4. Protect (1)": `
    const send = await visitor(app);
    check((await send("GET", "/orders")).status, 401);
    check((await send("GET", "/")).text, "Welcome");
    await send("POST", "/login", ${login});
    check((await send("GET", "/orders")).text, '{"user":"user-42"}');
    check((await send("GET", "/unread")).status, 200);
    check((await send("GET", "/")).text, "Welcome back");`,
  "docs/guide.md: 6. Security events (1)": `
    const [one, other] = [await visitor(app), await visitor(app)];
    for (const send of [one, other]) await send("POST", "/login", ${login});
    check((await one("POST", "/password", { password: "new" })).status, 200);
    check((await one("GET", "/session")).status, 200);
    check((await other("GET", "/session")).status, 401);`,
  "docs/guide.md: 8. Tokens for API clients (1)": `
    const { refreshToken } = credentials;
    const refreshed = await endsession.sessions.refresh(refreshToken ?? "", { clientId: "mobile" });
    check(refreshed.outcome, "refreshed");`,
  "docs/stacks/hono.md: 2. An application (1)": `
    if (!server.listening) await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as import("node:net").AddressInfo;
    let cookie = "";
    const send = async (method: string, path: string, body?: unknown): Promise<number> => {
      const init = { method, headers: { cookie }, ...(body ? { body: JSON.stringify(body) } : {}) };
      const answer = await fetch("http://127.0.0.1:" + port + path, init);
      const [line] = answer.headers.getSetCookie();
      if (line && !line.includes("Max-Age=0")) cookie = line.split(";", 1).join("");
      return answer.status;
    };
    check(await send("GET", "/me"), 401);
    check(await send("POST", "/sign-in", { email: "a@example.com", password: "wrong" }), 401);
    check(await send("POST", "/sign-in", ${login}), 200);
    const former = cookie;
    check(await send("POST", "/password", { password: "new" }), 200);
    check([await send("GET", "/me"), cookie === former], [200, false]);
    check(await send("POST", "/logout"), 200);
    check(await send("GET", "/me"), 401);`,
  "docs/client.md: 14. Your own WebSockets (1)": `
    const { connect } = await import("node:net");
    if (!server.listening) await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as import("node:net").AddressInfo;
    const url = "http://127.0.0.1:" + port;
    const headers = { "content-type": "application/json" };
    const signedIn = await fetch(url + "/login", {
      method: "POST", headers, body: JSON.stringify(${login}),
    });
    const cookie = signedIn.headers.getSetCookie().map((line) => line.split(";", 1)).join("; ");
    const open = (lines: string) => {
      const socket = connect(port, "127.0.0.1");
      const state = { text: "", closed: new Promise((done) => socket.once("close", done)) };
      socket.on("data", (data) => void (state.text += data.toString()));
      socket.write("GET / HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: Upgrade\\r\\n" +
        "Upgrade: websocket\\r\\n" + lines + "\\r\\n");
      return state;
    };
    const ours = "Origin: http://127.0.0.1\\r\\n";
    const held = "Cookie: " + cookie + "\\r\\n";
    const foreign = open("Origin: https://evil.example\\r\\n" + held);
    await foreign.closed;
    check(foreign.text.split("\\r\\n", 1), ["HTTP/1.1 401 Unauthorized"]);
    const nobody = open(ours);
    await nobody.closed;
    check(nobody.text.split("\\r\\n", 1), ["HTTP/1.1 401 Unauthorized"]);
    const own = open(ours + held);
    while (!own.text.includes("101")) await new Promise((done) => setTimeout(done, 10));
    await fetch(url + "/logout", { method: "POST", headers: { ...headers, cookie } });
    await own.closed;
    check(own.text.endsWith("4401 logged_out"), true);`,
  "docs/forward-auth.md: 3. The signed identity (1)": `
    const { createServer } = await import("node:http");
    const { createEndSession } = await import("endsession");
    const { mount } = await import("endsession/node");
    const of = await createEndSession({
      store,
      origin: "https://app.example",
      identityAudience: "https://app.example/internal",
    });
    const handle = mount(of);
    const server = createServer((req, res) => handle(req, res, () => res.end())).listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const service = "http://127.0.0.1:" + (server.address() as import("node:net").AddressInfo).port;
    const { sessionToken, accessToken } = await of.sessions.start({
      userId: "user-42",
      tokens: { clientId: null },
    });
    const cookie = "__Host-es_session=" + sessionToken;
    const verified = await fetch(service + "/verify", { headers: { cookie } });
    const userOf = identityOf(service);
    check(await userOf(verified.headers), "user-42");
    const spoofed = new Headers({ "x-auth-jwt-assertion": accessToken ?? "" });
    check(await userOf(spoofed).catch(() => "refused"), "refused");
    check(await userOf(new Headers()).catch(() => "refused"), "refused");`,
  "docs/guide.md: 10. Settings (1)": `
    const request = { address: "203.0.113.7", userAgent: null };
    const { sessionToken, session } = await endsession.sessions.start({ userId: "user-42", request });
    check(session.place, "Lisbon");
    const found = await endsession.sessions.authenticate(
      { kind: "session_token", token: sessionToken ?? "" },
      { request: { ...request, address: "198.51.100.9" } },
    );
    check([found.outcome, mails], ["ended", ["user-42: Suspicious use: far_away"]]);`,
  'docs/guide.md: 12. The "this wasn\'t me" link (1)': `
    const send = await visitor(app);
    await send("POST", "/login", ${login});
    check((await send("POST", "/not-me", { ticket })).status, 200);
    check((await send("GET", "/session")).status, 401);
    check(mails.length, 1);`,
};
