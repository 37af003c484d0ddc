/** `endsession/denylist`: reads the file that `sessions.denylist()` and `GET /denylist` give. */
import { type ListedClaims, mayBeDenied as judge } from "./core/denylist.ts";
import { nodeCrypto } from "./platform/node.ts";

export type { ListedClaims } from "./core/denylist.ts";

/**
 * Whether a denylist may mean the session of an access token. False is certain, for ends of before
 * the list was made; true is wrong for one good token in a thousand: ask the service, by `/verify`
 * or `/introspect`. Throws a TypeError for bytes that are no denylist.
 */
export function mayBeDenied(list: Uint8Array, claims: ListedClaims): boolean {
  return judge(nodeCrypto, list, claims);
}
