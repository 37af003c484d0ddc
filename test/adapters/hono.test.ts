import { once } from "node:events";
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import {
  currentSession,
  endOthers,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  type SessionEnv,
  signIn,
} from "endsession/hono";
import { adapterContract } from "./contract.ts";
import { appOf } from "./listen.ts";
import type { StartApp } from "./scene.ts";

const own = (c: Context): void => c.header("set-cookie", "own=1", { append: true });

const start: StartApp = async (scene) => {
  const { endsession: of } = scene;
  const app = new Hono<SessionEnv>();
  const guarded = protect(of);
  app.use(async (c, next) => {
    c.header("set-cookie", "seen=1", { append: true });
    if (scene.bodies === "gone") await c.req.raw.arrayBuffer();
    if (scene.bodies === "before") {
      const isJson = c.req.header("content-type")?.includes("json") === true;
      await (isJson ? c.req.json() : c.req.parseBody());
    }
    await next();
  });
  app.use(mount(of, { getConnInfo }));

  const me = (c: Context<SessionEnv>): Response => {
    own(c);
    return c.json({ user: c.get("session").userId });
  };
  const changed = async (c: Context<SessionEnv>): Promise<Response> => {
    const { credentials } = await securityEvent(of, c, { type: "password_changed" });
    return c.json({ kept: credentials !== null });
  };
  app.get("/me", guarded, me);
  app.post("/change", guarded, async (c) => {
    const { text } = await c.req.json<{ text: string }>();
    return c.json({ received: text.length });
  });
  app.get("/slow", guarded, async (c) => {
    await scene.slow();
    return me(c);
  });
  app.post("/slow/password", guarded, async (c) => {
    await scene.slow();
    return changed(c);
  });
  app.on(["GET", "POST"], "/fails", guarded, () => {
    throw new Error("own");
  });
  app.post("/sign-in", async (c) => {
    const { user, remember = false } = await c.req.json<{ user: string; remember?: boolean }>();
    own(c);
    await signIn(of, c, { userId: user, rememberMe: remember });
    return c.json({ user });
  });
  app.get("/maybe", async (c) => {
    const session = await currentSession(of, c);
    return c.json({ user: session?.userId ?? null });
  });
  app.post("/password", guarded, changed);
  app.post("/others", guarded, async (c) => {
    const { credentials } = await endOthers(of, c);
    return c.json({ kept: credentials !== null });
  });
  app.post("/prove", protect(of, { allowStale: true }), async (c) => {
    const { session } = await reauthenticate(of, c, ["pwd"]);
    return c.json({ user: session.userId });
  });
  app.onError((error, c) => {
    scene.failed(error);
    return c.text("Internal Server Error", 500);
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  await once(server, "listening");
  return appOf(server);
};

adapterContract("Hono", start, { sendsEarly: false });
