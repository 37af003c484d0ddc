/** The values that carry identity, in every form in which they may turn up elsewhere. */
import type { Device } from "../browser/device.ts";

/** Values, of all that were seen, that belong to carriers of identity. */
export function credentialsOf(device: Device, authenticating: ReadonlySet<string>): string[] {
  return [...device.traffic.values].flatMap(([key, values]) => {
    const name = key.slice(key.indexOf(" ") + 1);
    if (!authenticating.has(name)) return [];
    return values.flatMap(formsOf);
  });
}

/** A value as it is, without its scheme, decoded, and without the signature of a signed cookie. */
export function formsOf(value: string): string[] {
  const bare = value.replace(/^(?:Bearer|Token|Basic|JWT)\s+/iu, "");
  let decoded = bare;
  try {
    decoded = decodeURIComponent(bare);
  } catch {
    // As it is, then.
  }
  // A signed cookie of Express: the id is the secret.
  const id = /^s:([^.]{16,})\./u.exec(decoded)?.[1];
  return id === undefined ? [...new Set([bare, decoded])] : [bare, decoded, id];
}
