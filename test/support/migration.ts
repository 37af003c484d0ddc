/** How the examples of docs/migration/ are put to use. */

/** What they leave to the reader besides; `old` is a sign-in of before, by the header `x-old`. */
export const oldSessions = `
const goneSessions = new Set<string>();
export const old = {
  mayHave: async (req: IncomingMessage): Promise<boolean> => req.headers["x-old"] !== undefined,
  userOf: async (req: IncomingMessage): Promise<string | null> => {
    const token = String(req.headers["x-old"]);
    return goneSessions.has(token) ? null : token === "good" ? user.id : null;
  },
  end: async (req: IncomingMessage, _res: unknown): Promise<void> => {
    goneSessions.add(String(req.headers["x-old"]));
  },
};

/** A request with a session of before; gives the status, and the cookies of endsession. */
export async function withOld(of: RequestListener, token: string): Promise<[number, string]> {
  const server = createServer(of).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = "http://127.0.0.1:" + (server.address() as AddressInfo).port + "/profile";
  const headers = { "x-old": token };
  const first = await fetch(url, { headers, redirect: "manual" });
  const cookie = first.headers.getSetCookie().map((line) => line.split(";", 1)).join("; ");
  const second = await fetch(url, { headers: { ...headers, cookie } });
  return [second.status, cookie];
}
`;

const login = '{ email: "a@example.com" }';

const exchanged = `
    const [status, cookie] = await withOld(app, "good");
    check([status, cookie.includes("es_session=es_s_")], [200, true]);
    check((await withOld(app, "good"))[0], 401);
    check((await withOld(app, "bad"))[0], 401);
    check((await endsession.sessions.list({ userId: "user-42" })).length, 1);`;

/** Code that runs behind an example, by the example's name. */
export const migrationExercises: Readonly<Record<string, string>> = {
  "docs/migration/express-session.md: 1. Wrap the store, replace the logout (1)": `
    const send = await visitor(app);
    check((await send("POST", "/login", ${login})).status, 200);
    check((await send("GET", "/me")).text, '{"user":"user-42"}');
    check((await endsession.sessions.list({ userId: "user-42" })).length, 1);
    check((await send("POST", "/logout")).status, 200);
    check((await send("GET", "/me")).status, 401);`,
  "docs/migration/express-session.md: 2. Passport without express-session (1)": `
    const send = await visitor(app);
    app.post("/sign-in", (req, res) => {
      req.logIn({ id: "user-42" }, () => void res.end());
    });
    check((await send("POST", "/sign-in")).status, 200);
    check((await send("GET", "/profile")).text, '{"id":"user-42","disabled":false}');
    check((await endsession.sessions.list({ userId: "user-42" })).length, 1);
    await send("POST", "/sign-out");
    check(await endsession.sessions.list({ userId: "user-42" }), []);
    check((await send("GET", "/profile")).status, 401);`,
  "docs/migration/better-auth.md: 1. Add the plugin (1)": `
    const { api } = auth;
    const made = await api.signUpEmail({
      body: { email: "a@example.com", password: "password123", name: "Ada" },
      returnHeaders: true,
    });
    const cookie = made.headers.getSetCookie().map((line) => line.split(";", 1)).join("; ");
    const headers = new Headers({ cookie });
    check((await api.getSession({ headers }))?.user.name, "Ada");
    await endsession.sessions.endAll({ userId: made.response.user.id });
    check(await api.getSession({ headers }), null);`,
  "docs/migration/authjs.md: 1. Wrap routes and configuration (1)": `
    const server = (await import("node:http")).createServer(app).listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as import("node:net").AddressInfo;
    const url = "http://127.0.0.1:" + port;
    const cookieOf = (of: Response) =>
      of.headers.getSetCookie().map((line) => line.split(";", 1)).join("; ");
    const csrf = await fetch(url + "/auth/csrf");
    const { csrfToken } = await csrf.json() as { csrfToken: string };
    const signedIn = await fetch(url + "/auth/callback/credentials", {
      method: "POST",
      redirect: "manual",
      headers: { cookie: cookieOf(csrf) },
      body: new URLSearchParams({ csrfToken, email: "a@example.com", password: "password123" }),
    });
    const headers = { cookie: cookieOf(signedIn) };
    check((await endsession.sessions.list({ userId: "user-42" })).length, 1);
    check((await fetch(url + "/me", { headers })).status, 200);
    await endsession.sessions.endAll({ userId: "user-42" });
    check((await fetch(url + "/me", { headers })).status, 401);`,
  "docs/migration/supertokens.md: 1. Run both for a while (1)": exchanged,
  "docs/migration/remember-tokens.md: 1. Exchange the old cookie (1)": `${exchanged}
    check(cookie.includes("es_remember=es_m_"), true);`,
  "docs/migration/localstorage-jwt.md: 1. Make the tokens mortal (1)": `
    const server = (await import("node:http")).createServer(app).listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as import("node:net").AddressInfo;
    const url = "http://127.0.0.1:" + port;
    const signedIn = await fetch(url + "/token-login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(${login}),
    });
    const { token } = await signedIn.json() as { token: string };
    const headers = { authorization: "Bearer " + token };
    check((await fetch(url + "/orders", { headers })).status, 200);
    check((await fetch(url + "/token-logout", { method: "POST", headers })).status, 200);
    check((await fetch(url + "/orders", { headers })).status, 401);`,
};
