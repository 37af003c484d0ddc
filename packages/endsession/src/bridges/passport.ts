/**
 * Passport without express-session: `req.logIn` starts a session of endsession, `req.logOut` ends
 * it, and `req.user` is who has one. Unbridged, both only change data that a request under way
 * writes back. (With express-session, its bridge is all that Passport needs.)
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { currentSession, type Middleware, signIn } from "../adapters/connect.ts";
import { clientOf, headOf, setCookies } from "../adapters/node.ts";
import { keepSession } from "../adapters/checked.ts";
import type { EndSession } from "../endsession.ts";
import { readExchange } from "../http/exchange.ts";
import { deletionCookies } from "../http/guard.ts";
import { endOfDevice } from "../http/logout-user.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import { type Callback, calling } from "./callbacks.ts";

/** Options of {@link passportSession}. */
export interface PassportSessionOptions<User> {
  /** The id of a user, as `serializeUser` gave it. */
  readonly serialize: (user: User) => string;
  /** The user of an id, as `deserializeUser` gave it; null for a user who is no more. */
  readonly deserialize: (userId: string) => Promise<User | null>;
}

/**
 * What `req.logIn` and `passport.authenticate` take besides Passport's options: those of `signIn`,
 * and `session`, false for a sign-in that is good for this request alone.
 */
export interface LogInOptions extends Omit<SignInOptions, "userId"> {
  readonly session?: boolean;
}

type Done = Callback<void>;

/** What Passport finds on a request, and leaves alone where it is there already. */
interface PassportRequest<User> extends IncomingMessage {
  user?: User | null;
  logIn(user: User, options: LogInOptions | Done, done?: Done): void;
  logOut(options: object | Done, done?: Done): void;
  login: PassportRequest<User>["logIn"];
  logout: PassportRequest<User>["logOut"];
}

/**
 * The middleware that stands before `passport.initialize()`, in the place of express-session and
 * of `passport.session()`. A sign-in ends the session that the browser still held and sets a new
 * cookie (so nothing is there to be regenerated); when the store fails, `req.logIn` and
 * `req.logOut` call back with an `EndSessionError` whose `status` is 503, and no cookie changes.
 */
export function passportSession<User extends object>(
  endsession: EndSession,
  { serialize, deserialize }: PassportSessionOptions<User>,
): Middleware {
  async function load(req: PassportRequest<User>, res: ServerResponse): Promise<void> {
    const session = await currentSession(endsession, req, res);
    if (!session) return;
    req.user = await deserialize(session.userId);
    if (req.user) keepSession(req, session);
  }
  async function logIn(
    req: PassportRequest<User>,
    res: ServerResponse,
    user: User,
    { session = true, methods, rememberMe, after }: LogInOptions,
  ): Promise<void> {
    req.user = null;
    if (session) {
      const given = { ...(methods && { methods }), ...(rememberMe && { rememberMe }) };
      const options = { userId: serialize(user), ...given, ...(after && { after }) };
      keepSession(req, await signIn(endsession, req, res, options));
    }
    req.user = user;
  }
  async function logOut(req: PassportRequest<User>, res: ServerResponse): Promise<void> {
    req.user = null;
    const exchange = readExchange(endsession.http, headOf(req), clientOf(req));
    await endOfDevice(exchange);
    setCookies(res, deletionCookies(exchange));
    res.setHeader("cache-control", "no-store");
  }
  return (incoming, res, next) => {
    const req = incoming as PassportRequest<User>;
    req.login = req.logIn = (user, options, done) => {
      const [own, callback] = typeof options === "function" ? [{}, options] : [options, done];
      calling(logIn(req, res, user, own), callback);
    };
    req.logout = req.logOut = (options, done) => {
      calling(logOut(req, res), typeof options === "function" ? (options as Done) : done);
    };
    calling(load(req, res), (error) => next(error ?? undefined));
  };
}
