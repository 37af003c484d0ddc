/** Auth.js as it is, and with the bridge, over real connections. */
import express from "express";
import { describe, expect, it } from "vitest";
import { endingConfig, expressAuth } from "../../authjs.ts";
import type { EndSession } from "../../endsession.ts";
import { sqliteStore } from "../../sqlite.ts";
import { serve, visit, type Visitor } from "../../test-support/bridged.ts";
import { openInstallation } from "../../test-support/rig.ts";

/** A configuration of Auth.js, as much of it as the tests have. */
interface AuthConfig {
  readonly adapter?: unknown;
  readonly basePath?: string;
  readonly callbacks?: {
    jwt?(of: { token: Record<string, unknown>; user?: unknown }): object;
    session?(of: { session: { user: object }; token: Record<string, unknown> }): object;
  };
  readonly providers?: readonly unknown[];
  readonly session?: { readonly strategy: "database" };
  readonly [more: string]: unknown;
}

// Not by `import`: their types bring those of browsers into every file that is checked with this.
const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);
const { Auth, skipCSRFCheck } = (await load("@auth/core")) as {
  readonly Auth: (request: Request, config: AuthConfig) => Promise<Response>;
  skipCSRFCheck: symbol;
};
const { default: Credentials } = (await load("@auth/core/providers/credentials")) as {
  readonly default: (options: {
    credentials: object;
    authorize(given: Record<string, unknown>): object | null;
  }) => object;
};
const { ExpressAuth, getSession } = (await load("@auth/express")) as {
  readonly ExpressAuth: (config: AuthConfig) => express.RequestHandler;
  readonly getSession: (
    req: express.Request,
    config: AuthConfig,
  ) => Promise<{ user?: object } | null>;
};

function config(more: Partial<AuthConfig> = {}): AuthConfig {
  return {
    secret: "a secret of the tests, of 32 letters or more",
    trustHost: true,
    basePath: "/auth",
    skipCSRFCheck,
    providers: [
      Credentials({
        credentials: { name: {}, password: {} },
        authorize: ({ name, password }) =>
          password === "right" ? { id: String(name), name: String(name) } : null,
      }),
    ],
    logger: { error: () => undefined, warn: () => undefined },
    ...more,
  };
}

async function application(
  bridge: EndSession | null,
  more: Partial<AuthConfig> = {},
): Promise<string> {
  const app = express();
  if (bridge) app.use("/auth", expressAuth(bridge, Auth, config(more)));
  else app.use(/^\/auth\/(.*)/u, ExpressAuth(config(more)));
  app.get("/me", async (req, res) => {
    const reading = bridge ? endingConfig(bridge, config(more)) : config(more);
    const session = await getSession(req, reading);
    res.status(session ? 200 : 401).json(session?.user ?? null);
  });
  return serve(app);
}

const form = (fields: Record<string, string>): URLSearchParams => new URLSearchParams(fields);

async function signIn(base: string, name = "ada"): Promise<Visitor> {
  const device = visit(base);
  await device.post("/auth/callback/credentials", form({ name, password: "right" }));
  expect((await device.get("/me")).status).toBe(200);
  return device;
}

async function replay(
  base: string,
  device: Visitor,
): Promise<[signOut: number, me: number, read: boolean]> {
  const thief = device.copy();
  const out = await device.post("/auth/signout", form({}));
  const cookie = [...device.jar.keys()].filter((name) => name.includes("session-token"));
  expect(cookie).toEqual(out.status === 302 ? [] : ["authjs.session-token"]);
  const session = await thief.copy().get("/auth/session");
  return [out.status, (await thief.get("/me")).status, session.text.includes('"user"')];
}

describe("LO-01 M3: a copy of the JWT after the sign-out", () => {
  it("is as good as before without the bridge, and nobody's with it", async () => {
    const plain = await application(null);
    expect(await replay(plain, await signIn(plain))).toEqual([302, 200, true]);
    const base = await application(await openInstallation());
    expect(await replay(base, await signIn(base))).toEqual([302, 401, false]);
  });
});

/** A database in memory. A session of "ada" is in it, as a provider with a database would make it. */
function database(deletes: () => Promise<void> = async () => undefined) {
  const expires = new Date(Date.now() + 86_400_000);
  const rows = new Map<string, { sessionToken: string; userId: string; expires: Date }>();
  const adapter = {
    async createSession(session: { sessionToken: string; userId: string; expires: Date }) {
      rows.set(session.sessionToken, session);
      return session;
    },
    async getSessionAndUser(token: string) {
      const session = rows.get(token);
      const user = { id: "ada", name: "ada", email: "ada@example.com", emailVerified: null };
      return session ? { session, user } : null;
    },
    async deleteSession(token: string) {
      await deletes();
      rows.delete(token);
    },
    updateSession: async () => null,
    ...Object.fromEntries(
      [
        "createUser",
        "getUser",
        "getUserByEmail",
        "getUserByAccount",
        "updateUser",
        "linkAccount",
      ].map((name) => [name, async () => null]),
    ),
  };
  const more = { adapter, session: { strategy: "database" } } as const;
  const providers = [{ id: "idp", name: "idp", type: "oauth", issuer: "https://idp.example" }];
  return {
    more: { ...more, providers },
    row: { sessionToken: "token-of-ada-0123456789", userId: "ada", expires },
  };
}

describe("M2: a sign-out that the database refuses", () => {
  const refuses = (): Promise<never> => Promise.reject(new Error("disk I/O error"));

  it("answers success and leaves the session alive without the bridge", async () => {
    const { more, row } = database(refuses);
    const base = await application(null, more);
    await (more.adapter as { createSession(of: object): Promise<unknown> }).createSession(row);
    const device = visit(base, new Map([["authjs.session-token", row.sessionToken]]));
    expect(await replay(base, device)).toEqual([302, 200, true]);
  });

  it("answers 503 with it, and the session is over all the same", async () => {
    const { more, row } = database(refuses);
    const of = await openInstallation();
    const base = await application(of, more);
    const { adapter } = endingConfig(of, config(more)) as unknown as {
      adapter: { createSession(of: object): Promise<unknown> };
    };
    await adapter.createSession(row);
    const device = visit(base, new Map([["authjs.session-token", row.sessionToken]]));
    expect((await device.get("/me")).status).toBe(200);
    expect(await replay(base, device)).toEqual([503, 401, false]);
  });
});

describe("Auth.js with the bridge", () => {
  it("LA-01: ends with all of its user's sessions; another user's go on", async () => {
    const of = await openInstallation();
    const base = await application(of);
    const [one, two, eve] = [await signIn(base), await signIn(base), await signIn(base, "eve")];
    expect(await of.sessions.list({ userId: "ada" })).toHaveLength(2);
    await of.sessions.endAll({ userId: "ada" });
    expect([(await one.get("/me")).status, (await two.get("/me")).status]).toEqual([401, 401]);
    expect((await eve.get("/me")).status).toBe(200);
  });

  it("keeps the sid when a session is read, which signs a new JWT, and the app's own callback", async () => {
    const callbacks: AuthConfig["callbacks"] = {
      jwt: ({ token, user }) => (user ? { ...token, role: "admin" } : token),
      session: ({ session, token }) => ({
        ...session,
        user: { ...session.user, name: String(token["role"]) },
      }),
    };
    const base = await application(await openInstallation(), { callbacks });
    const device = await signIn(base);
    const before = device.copy();
    expect((await device.get("/auth/session")).text).toContain("admin");
    expect(device.jar.get("authjs.session-token")).not.toBe(before.jar.get("authjs.session-token"));
    await device.post("/auth/signout", form({}));
    expect((await before.get("/me")).status).toBe(401);
  });

  it("SS-03: a sign-in ends the session that the browser still held", async () => {
    const of = await openInstallation();
    const base = await application(of);
    const device = await signIn(base);
    const before = device.copy();
    await device.post("/auth/callback/credentials", form({ name: "ada", password: "right" }));
    expect((await device.get("/me")).status).toBe(200);
    expect((await before.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "ada" })).toHaveLength(1);
  });

  it("is nobody's when the JWT is of before the bridge", async () => {
    const device = await signIn(await application(null));
    const base = await application(await openInstallation());
    expect((await visit(base, device.jar).get("/me")).status).toBe(401);
  });

  it("LO-05 SS-06: 503 when the store fails, the cookies stay, and nobody is let in", async () => {
    const store = await sqliteStore(":memory:");
    const base = await application(await openInstallation({ store }));
    const device = await signIn(base);
    const [commit, find] = [store.commit.bind(store), store.find.bind(store)];
    store.commit = () => Promise.reject(new Error("disk I/O error"));
    const out = await device.post("/auth/signout", form({}));
    expect([out.status, out.headers.get("retry-after"), out.headers.getSetCookie()]).toEqual([
      503,
      "2",
      [],
    ]);
    const fields = form({ name: "ada", password: "right" });
    expect((await visit(base).post("/auth/callback/credentials", fields)).status).toBe(503);
    store.find = () => Promise.reject(new Error("disk I/O error"));
    expect((await device.get("/auth/session")).status).toBe(503);
    expect((await device.get("/me")).status).toBe(401);
    Object.assign(store, { commit, find });
    expect((await device.get("/me")).status).toBe(200);
    expect((await device.post("/auth/signout", form({}))).status).toBe(302);
  });
});
