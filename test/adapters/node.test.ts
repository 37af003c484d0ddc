import type { IncomingMessage, ServerResponse } from "node:http";
import {
  currentSession,
  endOthers,
  type Middleware,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/node";
import { adapterContract } from "./contract.ts";
import { serve } from "./listen.ts";
import type { Scene } from "./scene.ts";

type Req = IncomingMessage & { body?: unknown };
type Handler = (req: Req, res: ServerResponse) => Promise<unknown>;

/** The application's routes: what guards each, and what it does. */
function routesOf(scene: Scene): Record<string, readonly [Middleware | null, Handler]> {
  const { endsession: of } = scene;
  const guarded = protect(of);
  const me: Handler = async (req, res) => {
    res.appendHeader("set-cookie", "own=1");
    return { user: sessionOf(req).userId };
  };
  const changed: Handler = async (req, res) => {
    const { credentials } = await securityEvent(of, req, res, { type: "password_changed" });
    return { kept: credentials !== null };
  };
  const fails: Handler = () => Promise.reject(new Error("own"));
  const slowly =
    (handler: Handler): Handler =>
    async (req, res) => {
      await scene.slow();
      return handler(req, res);
    };
  return {
    "GET /me": [guarded, me],
    "POST /change": [
      guarded,
      async (req) => ({ received: ((await bodyOf(req)) as { text: string }).text.length }),
    ],
    "GET /slow": [guarded, slowly(me)],
    "POST /slow/password": [guarded, slowly(changed)],
    "GET /fails": [guarded, fails],
    "POST /fails": [guarded, fails],
    "POST /sign-in": [
      null,
      async (req, res) => {
        const { user, remember = false } = (await bodyOf(req)) as {
          user: string;
          remember?: boolean;
        };
        if (!scene.early) res.appendHeader("set-cookie", "own=1");
        await signIn(of, req, res, { userId: user, rememberMe: remember });
        return { user };
      },
    ],
    "GET /maybe": [
      null,
      async (req, res) => ({ user: (await currentSession(of, req, res))?.userId ?? null }),
    ],
    "POST /password": [guarded, changed],
    "POST /others": [
      guarded,
      async (req, res) => ({ kept: (await endOthers(of, req, res)).credentials !== null }),
    ],
    "POST /prove": [
      protect(of, { allowStale: true }),
      async (req, res) => {
        const { session } = await reauthenticate(of, req, res, ["pwd"]);
        return { user: session.userId };
      },
    ],
  };
}

/** What a body parser does: reads the body once, and leaves the result. */
async function bodyOf(req: Req): Promise<unknown> {
  if (req.body !== undefined) return req.body;
  let text = "";
  for await (const chunk of req) text += String(chunk);
  const isForm = (req.headers["content-type"] ?? "").includes("urlencoded");
  return isForm
    ? Object.fromEntries(new URLSearchParams(text))
    : (JSON.parse(text || "{}") as unknown);
}

adapterContract("node:http", (scene) => {
  const routes = routesOf(scene);
  const ours = mount(scene.endsession);
  return serve((req: Req, res) => {
    const failed = (error: unknown): void => {
      scene.failed(error);
      if (res.headersSent) return void res.destroy();
      res.statusCode = 500;
      res.end("{}");
    };
    const own = (): void => {
      const path = (req.url ?? "/").split("?")[0];
      const route = routes[`${req.method === "HEAD" ? "GET" : req.method} ${path}`];
      if (!route) return void res.writeHead(404).end();
      const [guard, handler] = route;
      const handle = (): void => {
        handler(req, res).then((answer) => res.end(JSON.stringify(answer)), failed);
      };
      if (!guard) return handle();
      guard(req, res, (error) => (error === undefined ? handle() : failed(error)));
    };
    const begin = (): void =>
      ours(req, res, (error) => (error === undefined ? own() : failed(error)));
    res.appendHeader("set-cookie", "seen=1");
    if (scene.early) res.flushHeaders();
    if (scene.bodies === "gone") return void req.resume().once("end", begin);
    if (scene.bodies === "after") return begin();
    bodyOf(req).then((body) => {
      req.body = body;
      begin();
    }, failed);
  });
});
