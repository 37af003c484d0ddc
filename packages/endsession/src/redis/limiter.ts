/** A counter that all instances share, and that keeps nobody waiting. */
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Limiter, LimiterOptions } from "../core/accelerator.ts";
import type { RedisClient } from "./connection.ts";

/** How long to wait for Redis, in milliseconds, before counting in this process. */
const patience = 500;

/** Counts in Redis; in this process while Redis does not answer. */
export function sharedLimiter(
  client: RedisClient,
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
  return {
    consume: (key) => inTime(shared.consume(key), () => insurance.consume(key)),
    get: (key) => inTime(shared.get(key), () => insurance.get(key)),
  };
}

async function inTime<T>(asking: Promise<T>, instead: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Redis is late.")), patience).unref();
  });
  try {
    return await Promise.race([asking, late]);
  } catch (error) {
    // Beyond the limit is an answer, and no failure.
    if (error instanceof RateLimiterRes) throw error;
    return await instead();
  } finally {
    clearTimeout(timer);
  }
}
