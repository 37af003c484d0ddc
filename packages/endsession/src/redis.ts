/** `endsession/redis`: makes instances on one store faster. */
export { redisAccelerator, type RedisOptions } from "./redis/accelerator.ts";
export type { IoRedisClient, NodeRedisClient, RedisClient } from "./redis/connection.ts";
