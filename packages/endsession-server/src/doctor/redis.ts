/** What the Redis says. */
import { createClient } from "redis";
import type { Config } from "../config/config.ts";
import { reasonOf, shownPlace } from "../open/usable.ts";
import { check, type Finding } from "./finding.ts";

/** Looks at the Redis that the settings name, if any. */
export async function checkRedis({ redis: url }: Config): Promise<Finding[]> {
  if (url === null) return [];
  const { ok, fail } = check("Redis");
  const place = shownPlace(url);
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 5000, reconnectStrategy: false },
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return [ok(`"${place}" answers.`), eviction(await policyOf(client))];
  } catch (error) {
    const advice = "Check ENDSESSION_REDIS, and that the server runs.";
    return [fail(`"${place}": ${reasonOf(error, url)}`, advice)];
  } finally {
    client.destroy();
  }
}

async function policyOf(client: {
  configGet(name: string): Promise<Record<string, string>>;
}): Promise<string | null> {
  // Hosted servers do not tell.
  const answer = await client.configGet("maxmemory-policy").catch(() => null);
  return answer?.["maxmemory-policy"] ?? null;
}

/** A full server that drops keys drops the denylist. */
function eviction(policy: string | null): Finding {
  const { ok, warn, fail } = check("eviction policy");
  const advice = "Set maxmemory-policy noeviction.";
  if (policy === null) return warn("The server does not tell its maxmemory-policy.", advice);
  if (policy === "noeviction") return ok("noeviction.");
  return fail(`${policy}: a full server would forget what has ended.`, advice);
}
