/** The host that a request was sent to, which its sender writes. */

/** Hosts that were found to be some: a process is asked under a few names only. */
const known = new Set<string>();
const mostKnown = 100;

/**
 * Whether a Host header names a host, and nothing but a host: no `/`, `\`, `?` or `#` in it may
 * begin the path, by which the sender would choose another route than the one that was asked for,
 * and no `@` may come before another host.
 */
export function isHost(text: string): boolean {
  if (known.has(text)) return true;
  // Not all that looks like a host is one: `999.1.1.1` is none.
  if (!/^[^/\\?#@\s]+$/.test(text) || !URL.canParse(`http://${text}`)) return false;
  if (known.size >= mostKnown) known.clear();
  known.add(text);
  return true;
}
