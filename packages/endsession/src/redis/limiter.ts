/** A counter that all instances share, and that keeps nobody waiting. */
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Limiter, LimiterOptions } from "../core/accelerator.ts";
import type { Connection, RedisClient } from "./connection.ts";

/** Counts in Redis; in this process while Redis does not answer. */
export function sharedLimiter(
  client: RedisClient,
  connection: Connection,
  keyPrefix: string,
  { points, duration, insurance }: LimiterOptions,
): Limiter {
  const shared = new RateLimiterRedis({
    storeClient: client,
    useRedisPackage: "sendCommand" in client,
    keyPrefix,
    points,
    duration,
    rejectIfRedisNotReady: true,
  });
  const ask = async <T>(asking: (of: Limiter) => Promise<T>): Promise<T> => {
    if (!connection.ready()) return asking(insurance);
    try {
      return await connection.inTime(asking(shared));
    } catch (error) {
      // Beyond the limit is an answer, and no failure.
      if (error instanceof RateLimiterRes) throw error;
      return asking(insurance);
    }
  };
  return {
    consume: (key) => ask((limiter) => limiter.consume(key)),
    get: (key) => ask((limiter) => limiter.get(key)),
  };
}
