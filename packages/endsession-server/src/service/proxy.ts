/** What a trusted proxy says of the client's connection. From anybody else it counts for nothing. */
import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";
import type { HttpOptions } from "endsession";

/**
 * The client's address: the last one in `X-Forwarded-For` that is no trusted proxy's. Whatever
 * stands before it may be the client's own invention.
 */
export function clientAddressBehind(trusted: BlockList): NonNullable<HttpOptions["clientAddress"]> {
  return ({ headers }, connection) => {
    if (!isTrusted(trusted, connection)) return plain(connection);
    const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => addressOf(hop));
    let client = plain(connection);
    for (const hop of hops.toReversed()) {
      // What is no address ends the chain: nothing before it is vouched for.
      if (hop === null) break;
      client = hop;
      if (!isTrusted(trusted, hop)) break;
    }
    return client;
  };
}

/**
 * Gives a request whose trusted proxy has ended TLS its https URL, in the absolute form of RFC 9112
 * section 3.2.2, and takes the absolute form from everybody else's.
 */
export function adoptScheme(trusted: BlockList, request: IncomingMessage): void {
  const path = (request.url ?? "/").replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  request.url = path.startsWith("/") ? path : `/${path}`;
  if (!isTrusted(trusted, request.socket.remoteAddress ?? null)) return;
  const [scheme] = String(request.headers["x-forwarded-proto"] ?? "").split(",", 1);
  const host = request.headers.host ?? "";
  if (scheme?.trim().toLowerCase() !== "https" || !/^[\w.:[\]-]+$/.test(host)) return;
  request.url = `https://${host}${request.url}`;
}

function isTrusted(trusted: BlockList, address: string | null): boolean {
  const known = plain(address);
  return known !== null && trusted.check(known, isIP(known) === 6 ? "ipv6" : "ipv4");
}

/** An IPv4 address is the same whether it came by an IPv6 socket or not. */
function plain(address: string | null): string | null {
  return address === null ? null : address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** An entry of `X-Forwarded-For`, of which some proxies add the port; null for anything else. */
function addressOf(hop: string): string | null {
  const text = hop.trim();
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = plain(bare);
  return address !== null && isIP(address) !== 0 ? address : null;
}
