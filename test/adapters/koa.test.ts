import { bodyParser } from "@koa/bodyparser";
import Router from "@koa/router";
import {
  currentSession,
  endOthers,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/koa";
import Koa, { type Context } from "koa";
import { expect, onTestFinished, test } from "vitest";
import { adapterContract } from "./contract.ts";
import { serve } from "./listen.ts";
import { setStage, type StartApp } from "./scene.ts";

type Body = { readonly user: string; readonly remember?: boolean; readonly text: string };

const start: StartApp = (scene) => {
  const { endsession: of } = scene;
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    ctx.append("set-cookie", "seen=1");
    if (scene.early) ctx.res.flushHeaders();
    try {
      await next();
    } catch (error) {
      scene.failed(error);
      // Koa waits for somebody to go on with an answer that has begun.
      if (ctx.headerSent) ctx.res.destroy();
      throw error;
    }
  });
  if (scene.bodies === "gone") {
    app.use(async (ctx, next) => {
      for await (const _ of ctx.req);
      return next();
    });
  }
  if (scene.bodies === "before") app.use(bodyParser()).use(mount(of));
  else app.use(mount(of)).use(bodyParser());

  const guarded = protect(of);
  const me = (ctx: Context): void => {
    ctx.cookies.set("own", "1");
    ctx.body = { user: sessionOf(ctx).userId };
  };
  const changed = async (ctx: Context): Promise<void> => {
    const { credentials } = await securityEvent(of, ctx, { type: "password_changed" });
    ctx.body = { kept: credentials !== null };
  };
  const fails = (): never => {
    throw new Error("own");
  };
  const router = new Router();
  router.get("/me", guarded, me);
  router.post("/change", guarded, (ctx) => {
    ctx.body = { received: (ctx.request.body as Body).text.length };
  });
  router.get("/slow", guarded, async (ctx) => {
    await scene.slow();
    me(ctx);
  });
  router.post("/slow/password", guarded, async (ctx) => {
    await scene.slow();
    await changed(ctx);
  });
  router.get("/fails", guarded, fails);
  router.post("/fails", guarded, fails);
  router.post("/sign-in", async (ctx) => {
    const { user, remember = false } = ctx.request.body as Body;
    if (!scene.early) ctx.cookies.set("own", "1");
    await signIn(of, ctx, { userId: user, rememberMe: remember });
    ctx.body = { user };
  });
  router.get("/maybe", async (ctx) => {
    const session = await currentSession(of, ctx);
    ctx.body = { user: session?.userId ?? null };
  });
  router.post("/password", guarded, changed);
  router.post("/others", guarded, async (ctx) => {
    const { credentials } = await endOthers(of, ctx);
    ctx.body = { kept: credentials !== null };
  });
  router.post("/prove", protect(of, { allowStale: true }), async (ctx) => {
    const { session } = await reauthenticate(of, ctx, ["pwd"]);
    ctx.body = { user: session.userId };
  });
  app.use(router.routes());
  const handle = app.callback();
  return serve((req, res) => void handle(req, res));
};

adapterContract("Koa 3", start);

test("Koa 3: below a path that a middleware strips, the base path still counts", async () => {
  const stage = await setStage({ settings: { basePath: "/auth" } });
  const app = new Koa();
  app.use((ctx, next) => {
    ctx.url = ctx.url.replace("/auth", "");
    return next();
  });
  app.use(mount(stage.endsession));
  app.use((ctx) => {
    ctx.body = ctx.url;
  });
  const handle = app.callback();
  const served = await serve((req, res) => void handle(req, res));
  onTestFinished(async () => {
    await served.close();
    await stage.endsession.close();
  });
  const health = await fetch(`${served.url}/auth/healthz`);
  expect(await health.json()).toEqual({ status: "ok" });
  expect(await (await fetch(`${served.url}/healthz`)).text()).toBe("/healthz");
});
