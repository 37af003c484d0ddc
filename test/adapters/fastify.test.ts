import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import {
  currentSession,
  endOthers,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/fastify";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { adapterContract } from "./contract.ts";
import { appOf } from "./listen.ts";
import type { StartApp } from "./scene.ts";

const start: StartApp = async (scene) => {
  const { endsession: of } = scene;
  const app = Fastify();
  await app.register(cookie);
  await app.register(formbody);
  app.addHook("onRequest", (_request, reply, done) => {
    reply.setCookie("seen", "1");
    if (scene.early) reply.raw.flushHeaders();
    done();
  });
  if (scene.bodies === "gone") {
    app.addHook("onRequest", ({ raw }, _reply, done) => {
      raw.resume().once("end", () => done());
    });
  }
  // Behind Fastify's own parsers, which is late, but works.
  app.addHook(scene.bodies === "before" ? "preHandler" : "onRequest", mount(of));
  app.setErrorHandler((error, _request, reply) => {
    scene.failed(error);
    void reply.send(error);
  });

  const guarded = { onRequest: protect(of) };
  const me = (request: FastifyRequest, reply: FastifyReply): object => {
    reply.setCookie("own", "1");
    return { user: sessionOf(request).userId };
  };
  const changed = async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    const { credentials } = await securityEvent(of, request, reply, { type: "password_changed" });
    return { kept: credentials !== null };
  };
  const fails = (): never => {
    throw new Error("own");
  };
  app.get("/me", guarded, me);
  app.post("/change", guarded, ({ body }) => ({
    received: (body as { text: string }).text.length,
  }));
  app.get("/slow", guarded, async (request, reply) => {
    await scene.slow();
    return me(request, reply);
  });
  app.post("/slow/password", guarded, async (request, reply) => {
    await scene.slow();
    return changed(request, reply);
  });
  app.get("/fails", guarded, fails);
  app.post("/fails", guarded, fails);
  app.post("/sign-in", async (request, reply) => {
    const { user, remember = false } = request.body as { user: string; remember?: boolean };
    if (!scene.early) reply.setCookie("own", "1");
    await signIn(of, request, reply, { userId: user, rememberMe: remember });
    return { user };
  });
  app.get("/maybe", async (request, reply) => {
    const session = await currentSession(of, request, reply);
    return { user: session?.userId ?? null };
  });
  app.post("/password", guarded, changed);
  app.post("/others", guarded, async (request, reply) => {
    const { credentials } = await endOthers(of, request, reply);
    return { kept: credentials !== null };
  });
  app.post("/prove", { onRequest: protect(of, { allowStale: true }) }, async (request, reply) => {
    const { session } = await reauthenticate(of, request, reply, ["pwd"]);
    return { user: session.userId };
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { url } = appOf(app.server);
  return {
    url,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
};

adapterContract("Fastify 5", start);
