// @ts-check
/** Tokens that carry their own proof: alone, and with the denylist of the third founding document. */
import { createSecretKey, randomBytes, randomUUID } from "node:crypto";
import fastifyJwt from "@fastify/jwt";
import { Redis } from "ioredis";
import jwt from "jsonwebtoken";
import { each, nothing, onExpress, onFastify } from "./serve.mjs";

const secret = randomBytes(32).toString("base64url");

/** @type {Record<string, import("./serve.mjs").Open>} */
export const jwts = {
  "express jsonwebtoken": async () => {
    const port = await onExpress((app) => app.use(authenticateToken(secret)));
    return { port, credentials: tokens(), logout: nothing };
  },
  "express third seed": (services) => thirdSeed(services, secret),
  "express third seed, KeyObject": (services) =>
    thirdSeed(services, createSecretKey(Buffer.from(secret))),
  "fastify @fastify/jwt": () => onFastifyJwt({}),
  "fastify @fastify/jwt, cache": () => onFastifyJwt({ verify: { cache: 10_000 } }),
};

function tokens() {
  return each().map((n) => {
    const token = jwt.sign({ jti: randomUUID() }, secret, {
      subject: `user-${n}`,
      expiresIn: "60m",
    });
    return { authorization: `Bearer ${token}` };
  });
}

/**
 * The document uses this name without showing it.
 * @param {string | import("node:crypto").KeyObject} key
 * @returns {import("express").RequestHandler}
 */
function authenticateToken(key) {
  return (req, res, next) => {
    const token = req.headers.authorization?.replace("Bearer ", "");
    if (!token) return void res.sendStatus(401);
    jwt.verify(token, key, (error, user) => {
      if (error) return res.sendStatus(401);
      Object.assign(req, { user });
      next();
    });
  };
}

/** @param {import("./serve.mjs").Services} services @param {string | import("node:crypto").KeyObject} key @returns {Promise<import("./serve.mjs").Peer>} */
async function thirdSeed({ redis: url }, key) {
  const redis = new Redis(url ?? "");

  // Verbatim but for the types.
  /** @type {import("express").RequestHandler} */
  function checkTokenBlacklist(req, res, next) {
    const token = req.headers.authorization?.replace("Bearer ", "");

    if (token) {
      const decoded = /** @type {import("jsonwebtoken").JwtPayload | null} */ (jwt.decode(token));
      const tokenId = decoded?.jti || token.substring(0, 10);

      void redis.get(`blacklist:${tokenId}`, (_error, result) => {
        if (result) {
          return res.status(401).json({ code: 401, msg: "Token has been invalidated" });
        }
        next();
      });
    } else {
      next();
    }
  }

  const port = await onExpress((app) => app.use(authenticateToken(key), checkTokenBlacklist));
  const credentials = tokens();
  return {
    port,
    credentials,
    async logout(device) {
      const token = credentials[device]?.authorization.replace("Bearer ", "") ?? "";
      const decoded = /** @type {import("jsonwebtoken").JwtPayload} */ (jwt.decode(token));
      const expiresIn = (decoded.exp ?? 0) - Math.floor(Date.now() / 1000);
      await redis.setex(`blacklist:${decoded.jti}`, expiresIn, "true");
    },
  };
}

/** @param {object} options @returns {Promise<import("./serve.mjs").Peer>} */
async function onFastifyJwt(options) {
  const port = await onFastify(
    async (request, reply) => {
      try {
        await request.jwtVerify();
      } catch (error) {
        reply.send(error);
      }
    },
    async (app) => {
      await app.register(fastifyJwt, { secret, ...options });
    },
  );
  return { port, credentials: tokens(), logout: nothing };
}
