import { NestFactory } from "@nestjs/core";
import { ExpressAdapter, type NestExpressApplication } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import express from "express";
import { adapterContract } from "../contract.ts";
import { appOf } from "../listen.ts";
import type { Scene, StartApp } from "../scene.ts";
import { type Middleware, moduleOf, prepare } from "./app.ts";

/** What stands before endsession: the cookie of the scene, and whatever reads bodies. */
function before(scene: Scene, parsers: Middleware[]): Middleware[] {
  const seen: Middleware = (_req, res, next) => {
    res.appendHeader("set-cookie", "seen=1");
    if (scene.early) res.flushHeaders();
    next();
  };
  const drain: Middleware = (req, _res, next) => void req.resume().once("end", next);
  return [
    seen,
    ...(scene.bodies === "gone" ? [drain] : []),
    ...(scene.bodies === "before" ? parsers : []),
  ];
}

const onExpress: StartApp = async (scene) => {
  const app = await NestFactory.create<NestExpressApplication>(
    moduleOf(scene),
    new ExpressAdapter(),
    { logger: false },
  );
  prepare(app, scene, before(scene, [express.json(), express.urlencoded()] as Middleware[]));
  await app.listen(0, "127.0.0.1");
  return appOf(app.getHttpServer());
};

const onFastify: StartApp = async (scene) => {
  const app = await NestFactory.create<NestFastifyApplication>(
    moduleOf(scene),
    new FastifyAdapter(),
    { logger: false },
  );
  // Fastify reads bodies behind all middleware, and could not when something has done it before.
  prepare(app, scene, before(scene, []));
  await app.listen(0, "127.0.0.1");
  const { url } = appOf(app.getHttpServer());
  return {
    url,
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
    },
  };
};

adapterContract("Nest 11 on Express", onExpress);
// Nest on Fastify does not survive an error, whosesoever, behind a head that was sent by middleware.
adapterContract("Nest 11 on Fastify", onFastify, { sendsEarly: false });
