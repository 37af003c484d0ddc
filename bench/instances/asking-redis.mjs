// @ts-check
/** The anchor of latency: an application that asks Redis at every request whether it may go on. */
import { hash, randomBytes } from "node:crypto";
import { createClient } from "redis";
import { cookieIn } from "../support/requests.mjs";
import { answer, serve } from "./serve.mjs";

/** @type {{ redis: string, pinned: boolean }} */
const { redis: url, pinned } = JSON.parse(process.argv[2] ?? "{}");
const redis = await createClient({ url }).connect();
const keyOf = (/** @type {string} */ token) => `asked:${hash("sha256", token, "base64url")}`;

await serve(
  (req, res) => {
    const key = keyOf(cookieIn(req.headers.cookie));
    if (req.method === "POST") void redis.del(key).then(() => answer(res, 200));
    else void redis.get(key).then((found) => answer(res, found === null ? 401 : 200));
  },
  {
    /** Signs devices in, and gives their session cookies. @param {number} n */
    async start(n) {
      const tokens = Array.from({ length: n }, () => randomBytes(32).toString("base64url"));
      await Promise.all(tokens.map((token, at) => redis.set(keyOf(token), `user-${at}`)));
      return tokens;
    },
  },
  { pinned },
);
