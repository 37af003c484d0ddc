/**
 * One small application for each bridge, as people write them. Each has a sign-in, a logout, and
 * the private `GET /me`, which answers `{"user": <name>}`.
 */
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import session, { MemoryStore } from "express-session";
import { getIronSession, type IronSession } from "iron-session";
import jwt from "jsonwebtoken";
import passportModule from "passport";
import type { EndSession } from "endsession";
import type { ConfigInput } from "endsession-scan";
import { endingConfig, expressAuth } from "endsession/authjs";
import { endsessionPlugin } from "endsession/better-auth";
import { sessionOf } from "endsession/express";
import { endingStore, logout } from "endsession/express-session";
import { sealedSessions } from "endsession/iron-session";
import { tokenSessions } from "endsession/jsonwebtoken";
import { passportSession } from "endsession/passport";
import type { App } from "../adapters/scene.ts";
import { serve } from "../adapters/listen.ts";
import { type Answer, type Call, type Device, json } from "../support/client.ts";

/** Who can sign in. */
export const names = ["ada", "eve"] as const;

/** One of them. */
export type Name = (typeof names)[number];

/** What requests carry beside the cookies of their device: a bearer token, or nothing. */
export type Carried = Pick<Call, "bearer">;

/** An application that runs. */
export interface Application extends App {
  /** The user id that endsession knows somebody by. */
  userIdOf(name: Name): string;
  /** Signs a device in; gives what its requests carry from now on. Throws when it is refused. */
  signIn(device: Device, name: Name): Promise<Carried>;
  /** How a scanner signs in and out, there being no pages for it. */
  readonly scan: Partial<ConfigInput>;
  /** The application's own logout. */
  logOut(device: Device, carried: Carried): Promise<Answer>;
}

/** A bridge, and the application on it. */
export interface Bridge {
  /** The subpath of the package. */
  readonly name: string;
  start(endsession: EndSession): Promise<Application>;
}

const secret = "a secret of the tests, of 32 letters or more";
/** That of everybody. */
export const password = "a password of the tests";

/** The usual routes: `POST /login` of a name, and `POST /logout`. */
async function usual(app: Express): Promise<Application> {
  return {
    ...(await serve(app)),
    scan: byApi("/login", { name: "ada", password }, "/logout"),
    userIdOf: (name) => name,
    async signIn(device, name) {
      await accepted(device.post("/login", { json: { name, password } }));
      return {};
    },
    logOut: (device, carried) => device.post("/logout", carried),
  };
}

function byApi(signIn: string, body: object, logout: string): Partial<ConfigInput> {
  return {
    signIn: { kind: "api", url: signIn, body },
    logout: { kind: "api", url: logout, headers: { "content-type": "application/json" }, body: {} },
  };
}

/** An Express application whose answers no cache keeps. */
function newApp(): Express {
  return express().use((_req, res, next) => {
    res.set("cache-control", "no-store");
    next();
  });
}

async function accepted(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  if (answer.status >= 400) throw new Error(`Refused with ${answer.status}: ${answer.text}`);
  return answer;
}

const nameIn = (req: Request): string => (req.body as { name: string }).name;

/** Tells who has signed in, or refuses. */
function tell(res: Response, user: string | undefined): void {
  if (user === undefined) res.sendStatus(401);
  else res.json({ user });
}

interface CookieData {
  sid?: string | undefined;
  userId?: string | undefined;
}

const userId = (data: object): string | undefined => (data as CookieData).userId;

const expressSession: Bridge = {
  name: "express-session",
  start(endsession) {
    const store = endingStore(endsession, new MemoryStore(), { userId });
    const app = newApp().use(express.json());
    const cookie = { sameSite: "lax" } as const;
    app.use(session({ store, secret, cookie, resave: false, saveUninitialized: false }));
    app.post("/login", (req, res, next) => {
      req.session.regenerate((error) => {
        if (error) return next(error);
        Object.assign(req.session, { userId: nameIn(req) });
        req.session.save((failure) => (failure ? next(failure) : res.sendStatus(204)));
      });
    });
    app.get("/me", (req, res) => tell(res, userId(req.session)));
    app.post("/logout", logout(endsession));
    return usual(app);
  },
};

interface User {
  readonly id: string;
}

/** As `passport-local` works. */
class PasswordStrategy extends passportModule.Strategy {
  override name = "password";
  override authenticate(req: Request): void {
    if ((req.body as { password?: string }).password === password)
      this.success({ id: nameIn(req) });
    else this.fail(401);
  }
}

const passport: Bridge = {
  name: "passport",
  start(endsession) {
    const own = new passportModule.Passport() as unknown as passportModule.PassportStatic;
    own.use(new PasswordStrategy());
    const serialize = (user: User): string => user.id;
    const deserialize = async (id: string): Promise<User> => ({ id });
    const app = newApp().use(express.json());
    app.use(passportSession<User>(endsession, { serialize, deserialize }), own.initialize());
    app.post("/login", own.authenticate("password"), (_req, res) => {
      res.sendStatus(204);
    });
    app.get("/me", (req, res) =>
      tell(res, req.isAuthenticated() ? (req.user as User).id : undefined),
    );
    app.post("/logout", (req, res, next) => {
      req.logout((error) => (error ? next(error) : res.sendStatus(204)));
    });
    return usual(app);
  },
};

const ironSession: Bridge = {
  name: "iron-session",
  start(endsession) {
    const judge = sealedSessions<IronSession<CookieData>>(endsession, { userId });
    const open = async (req: Request, res: Response) => {
      const cookieOptions = { secure: false };
      const sealing = { cookieName: "sealed", password: secret, cookieOptions };
      return judge(await getIronSession<CookieData>(req, res, sealing));
    };
    const app = newApp().use(express.json());
    app.post("/login", async (req, res) => {
      const { data, save } = await open(req, res);
      data.userId = nameIn(req);
      await save();
      res.sendStatus(204);
    });
    app.get("/me", async (req, res) => tell(res, userId((await open(req, res)).data)));
    app.post("/logout", async (req, res) => {
      res.json(await (await open(req, res)).destroy());
    });
    return usual(app);
  },
};

const jsonwebtoken: Bridge = {
  name: "jsonwebtoken",
  async start(endsession) {
    const tokens = tokenSessions(endsession, {
      verify: (token, options) => jwt.verify(token, secret, { algorithms: ["HS256"], ...options }),
    });
    const app = newApp().use(express.json());
    app.post("/login", async (req, res) => {
      const claims = await tokens.start(req, { userId: nameIn(req) });
      res.json({ token: jwt.sign(claims, secret, { expiresIn: "7d" }) });
    });
    app.get("/me", tokens.protect, (req, res) => tell(res, sessionOf(req).userId));
    app.post("/logout", tokens.logout);
    return {
      ...(await usual(app)),
      scan: {
        signIn: { kind: "api", url: "/login", body: { name: "ada" }, token: "token" },
        logout: { kind: "api", url: "/logout" },
      },
      async signIn(device, name) {
        const answer = await accepted(device.post("/login", { json: { name } }));
        return { bearer: json<{ token: string }>(answer).token };
      },
    };
  },
};

/** With the cookie cache, which believes a cookie for minutes without asking any table. */
const betterAuthBridge: Bridge = {
  name: "better-auth",
  async start(endsession) {
    const auth = betterAuth({
      database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
      secret,
      baseURL: "http://127.0.0.1",
      trustedOrigins: ["http://127.0.0.1:*"],
      rateLimit: { enabled: false },
      logger: { disabled: true },
      session: { cookieCache: { enabled: true, maxAge: 300 } },
      emailAndPassword: { enabled: true, autoSignIn: false },
      plugins: [endsessionPlugin(endsession)],
    });
    const app = newApp();
    app.all("/api/auth/*path", toNodeHandler(auth) as RequestHandler);
    app.get("/me", async (req, res) => {
      const found = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
      tell(res, found?.user.name);
    });
    const accountOf = (name: Name) => ({ email: `${name}@example.com`, password });
    const ids = new Map<Name, string>();
    for (const name of names) {
      const { user } = await auth.api.signUpEmail({ body: { ...accountOf(name), name } });
      ids.set(name, user.id);
    }
    return {
      ...(await serve(app)),
      userIdOf: (name) => ids.get(name) ?? "",
      scan: byApi("/api/auth/sign-in/email", accountOf("ada"), "/api/auth/sign-out"),
      async signIn(device, name) {
        await accepted(device.post("/api/auth/sign-in/email", { json: accountOf(name) }));
        return {};
      },
      logOut: (device) => device.post("/api/auth/sign-out", { json: {} }),
    };
  },
};

// Not by `import`: their types bring those of browsers into every file that is checked with this.
const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);
const { Auth } = (await load("@auth/core")) as {
  readonly Auth: (request: globalThis.Request, config: object) => Promise<globalThis.Response>;
};
const { default: Credentials } = (await load("@auth/core/providers/credentials")) as {
  readonly default: (options: object) => object;
};
const { getSession } = (await load("@auth/express")) as {
  readonly getSession: (
    req: Request,
    config: object,
  ) => Promise<{ readonly user?: { readonly name?: string } } | null>;
};

const authjs: Bridge = {
  name: "authjs",
  async start(endsession) {
    const credentials = { name: {}, password: {} };
    const authorize = (given: { name: string; password: string }): object | null =>
      given.password === password ? { id: given.name, name: given.name } : null;
    const config = {
      secret,
      trustHost: true,
      basePath: "/auth",
      providers: [Credentials({ credentials, authorize })],
      logger: { error: () => undefined, warn: () => undefined },
    };
    const app = newApp();
    app.use("/auth", expressAuth(endsession, Auth, config));
    const reading = endingConfig(endsession, config);
    app.get("/me", async (req, res) => tell(res, (await getSession(req, reading))?.user?.name));
    const csrf = async (device: Device): Promise<{ csrfToken: string }> =>
      json<{ csrfToken: string }>(await device.get("/auth/csrf"));
    return {
      ...(await serve(app)),
      userIdOf: (name) => name,
      scan: {
        loginUrl: "/auth/signin",
        fields: { username: "input[name=name]", password: "input[name=password]" },
        logout: { page: "/auth/signout", selector: "button" },
      },
      async signIn(device, name) {
        const form = { ...(await csrf(device)), name, password };
        await accepted(device.post("/auth/callback/credentials", { form }));
        return {};
      },
      logOut: async (device) => device.post("/auth/signout", { form: await csrf(device) }),
    };
  },
};

/** All bridges. */
export const bridges: readonly Bridge[] = [
  expressSession,
  passport,
  ironSession,
  jsonwebtoken,
  betterAuthBridge,
  authjs,
];
