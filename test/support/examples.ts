/** A good request for every documented operation of the demo. */
import { json } from "./client.ts";
import { accounts, type Demo } from "./demo.ts";
import { notMeTicket } from "./end-events.ts";
import { cookieNames, grant, newDevice, startWhole, type Whole } from "./sessions.ts";

/** What to send. */
export interface Example {
  /** The path, with its parameters filled in. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cookie: string | null;
  readonly bearer?: string;
}

/** Good requests by operation, such as `POST /logout`; each has a session of its own. */
export async function examplesFor(
  demo: Demo,
  userId: string,
): Promise<Readonly<Record<string, () => Promise<Example>>>> {
  const { email, password } = accounts.test;
  const start = (): Promise<Whole> => startWhole(demo, userId);
  const public_ = async (path: string, fields = {}, query = {}): Promise<Example> => ({
    path,
    query,
    fields,
    cookie: null,
  });
  const signedIn = async (path: string, fields = {}, query = {}): Promise<Example> => {
    const { cookie, id } = await start();
    const own = { path: path.replace("{id}", id), query, fields };
    return { ...own, cookie: `${cookieNames.session}=${cookie}` };
  };
  const service = async (path: string, fields = {}, query = {}): Promise<Example> => ({
    ...(await public_(path, fields, query)),
    bearer: demo.serviceToken,
  });
  return {
    "POST /login": () =>
      public_("/login", { email, username: email, password, remember_me: true, next: "/account" }),
    "POST /reauthenticate": () => signedIn("/reauthenticate", { password, next: "/account" }),
    "POST /token": async () => {
      const { refresh_token } = await grant(demo, accounts.test);
      const client_id = "a-client";
      const grant_type = "password";
      const names = { username: email, email };
      const kept = { refresh_token, refresh_cookie: false };
      return public_("/token", { grant_type, ...names, password, ...kept, client_id });
    },
    "POST /logout": async () => {
      const example = await signedIn("/logout", { scope: "current", next: "/logged-out" });
      const { cookie } = example;
      const answer = await newDevice(demo).get("/session?ticket=true", { cookie: cookie ?? "" });
      const { end_ticket: ticket } = json(answer) as { end_ticket: string };
      return { ...example, fields: { ...example.fields, ticket } };
    },
    "GET /events": () => signedIn("/events"),
    "POST /logout/all": () => signedIn("/logout/all", { keep_current: true, next: "/account" }),
    "GET /session": () => signedIn("/session", {}, { background: "true", ticket: "true" }),
    "GET /sessions": () => signedIn("/sessions"),
    "DELETE /sessions/{id}": () => signedIn("/sessions/{id}", { next: "/account" }),
    "POST /sessions/{id}/end": () => signedIn("/sessions/{id}/end", { next: "/account" }),
    "GET /verify": () => signedIn("/verify"),
    "POST /revoke": async () => {
      const json_ = { user_id: userId, tokens: true, client_id: "a-client" };
      const call = { bearer: demo.serviceToken, json: json_ };
      const started = await newDevice(demo).post("/sessions", call);
      const token = json<Record<string, unknown>>(started)["access_token"];
      return public_("/revoke", { token, token_type_hint: "access_token", client_id: "a-client" });
    },
    "POST /introspect": async () => {
      const { accessToken: token } = await start();
      const hint = { token_type_hint: "access_token" };
      return service("/introspect", { token, ...hint, background: true });
    },
    "POST /sessions": async () => {
      const marked = await newDevice(demo).get("/mark", { bearer: demo.serviceToken });
      return service("/sessions", {
        user_id: userId,
        after: json(marked)["mark"],
        tenant_id: "default",
        methods: ["pwd", "otp"],
        cookie: true,
        tokens: true,
        client_id: "a-client",
        remember_me: true,
        user_agent: "curl/8.5.0",
        address: "192.0.2.1",
      });
    },
    "GET /mark": () => service("/mark"),
    "POST /security-events": async () =>
      service("/security-events", {
        type: "password_changed",
        user_id: userId,
        tenant_id: "default",
        current_session_id: (await start()).id,
      }),
    "GET /denylist": () => service("/denylist"),
    "GET /audit": () =>
      service("/audit", {}, { user_id: userId, tenant_id: "default", before: "x", limit: "10" }),
    "GET /.well-known/jwks.json": () => public_("/.well-known/jwks.json"),
    "GET /not-me": async () => public_("/not-me", {}, { ticket: await notMeTicket(demo, userId) }),
    "POST /not-me": async () => public_("/not-me", { ticket: await notMeTicket(demo, userId) }),
    "GET /healthz": () => public_("/healthz"),
  };
}
