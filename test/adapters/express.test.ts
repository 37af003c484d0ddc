import express from "express";
import express4 from "express4";
import {
  currentSession,
  endOthers,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/express";
import { adapterContract } from "./contract.ts";
import { serve } from "./listen.ts";
import type { StartApp } from "./scene.ts";

/** A handler that may fail: Express 4 does not await what it returns. */
type Handler = (req: express.Request, res: express.Response) => Promise<void> | void;

const awaited =
  (handler: Handler): express.RequestHandler =>
  (req, res, next) => {
    void (async () => {
      try {
        await handler(req, res);
      } catch (error) {
        next(error);
      }
    })();
  };

const startOn =
  (framework: typeof express): StartApp =>
  (scene) => {
    const { endsession: of } = scene;
    const app = framework();
    const guarded = protect(of);
    app.use((_req, res, next) => {
      res.append("set-cookie", "seen=1");
      if (scene.early) res.flushHeaders();
      next();
    });
    if (scene.bodies === "gone") {
      app.use((req, _res, next) => {
        req.resume().once("end", next);
      });
    }
    const parsers = [framework.json(), framework.urlencoded({ extended: false })];
    if (scene.bodies === "before") app.use(...parsers, mount(of));
    else app.use(mount(of), ...parsers);

    const me: Handler = (req, res) => {
      res.cookie("own", "1").json({ user: sessionOf(req).userId });
    };
    const changed: Handler = async (req, res) => {
      const { credentials } = await securityEvent(of, req, res, { type: "password_changed" });
      res.json({ kept: credentials !== null });
    };
    const fails: Handler = () => {
      throw new Error("own");
    };
    app.get("/me", guarded, awaited(me));
    app.post("/change", guarded, (req, res) => {
      res.json({ received: (req.body as { text: string }).text.length });
    });
    app.get(
      "/slow",
      guarded,
      awaited(async (req, res) => {
        await scene.slow();
        await me(req, res);
      }),
    );
    app.post(
      "/slow/password",
      guarded,
      awaited(async (req, res) => {
        await scene.slow();
        await changed(req, res);
      }),
    );
    app.all("/fails", guarded, awaited(fails));
    app.post(
      "/sign-in",
      awaited(async (req, res) => {
        const { user, remember } = req.body as { user: string; remember?: boolean };
        if (!scene.early) res.cookie("own", "1");
        await signIn(of, req, res, { userId: user, rememberMe: remember ?? false });
        res.json({ user });
      }),
    );
    app.get(
      "/maybe",
      awaited(async (req, res) => {
        const session = await currentSession(of, req, res);
        res.json({ user: session?.userId ?? null });
      }),
    );
    app.post("/password", guarded, awaited(changed));
    app.post(
      "/others",
      guarded,
      awaited(async (req, res) => {
        const { credentials } = await endOthers(of, req, res);
        res.json({ kept: credentials !== null });
      }),
    );
    app.post(
      "/prove",
      protect(of, { allowStale: true }),
      awaited(async (req, res) => {
        const { session } = await reauthenticate(of, req, res, ["pwd"]);
        res.json({ user: session.userId });
      }),
    );
    app.use(((error: unknown, _req, _res, next) => {
      scene.failed(error);
      next(error);
    }) as express.ErrorRequestHandler);
    return serve(app);
  };

adapterContract("Express 5", startOn(express));
adapterContract("Express 4", startOn(express4));
