/** What belongs to the signed-in user: cleared at the end, and looked for afterwards (CL-01). */

/** A query cache of any library, as `tanstackQuery`, `swr` and `apollo` make one. */
export interface QueryCache {
  /** For the report of what is left. */
  readonly name: string;
  /** Cancels what is under way and forgets everything, so that a late answer fills nothing. */
  clear(): void | Promise<void>;
  /** How many entries there are still; to find what is left (default not looked at). */
  size?(): number;
}

/** What to clear. Everything that is named here is the user's. */
export interface Manifest {
  /** Keys of `localStorage`; a trailing `*` stands for any end, `*` alone for all. */
  readonly localStorage?: readonly string[];
  /** Keys of `sessionStorage`, likewise (default `*`: all). */
  readonly sessionStorage?: readonly string[];
  /** IndexedDB databases, likewise. */
  readonly indexedDB?: readonly string[];
  /** Caches of the Cache Storage, likewise. Name what holds user data; the app shell stays. */
  readonly caches?: readonly string[];
  /** Whether to tell the service worker: it gets the message `{ type: "endsession:ended" }`. */
  readonly serviceWorker?: boolean;
  /** Query caches. */
  readonly queries?: readonly QueryCache[];
  /** The application's own state, such as a store to be reset. A failure hinders nothing else. */
  readonly callbacks?: readonly (() => void | Promise<void>)[];
}

/** What the client itself keeps in `localStorage` begins with this, and survives a `*`. */
export const ownPrefix = "endsession:";

/** How long a database or cache may take, in milliseconds: one that is in use may never answer. */
const patience = 3000;

/**
 * Clears everything, as much of it as can be at once before it returns. Never rejects: what could
 * not be cleared is found by {@link leftovers}.
 */
export async function clear(manifest: Manifest): Promise<void> {
  const { queries = [], callbacks = [] } = manifest;
  const work = [
    ...queries.map((cache) => () => cache.clear()),
    ...storages.map((name) => () => {
      for (const key of keysOf(manifest, name)) globalThis[name].removeItem(key);
    }),
    () => {
      if (!manifest.serviceWorker) return;
      navigator.serviceWorker.controller?.postMessage({ type: "endsession:ended" });
    },
    async () => {
      // At once: one that is in use elsewhere keeps no other waiting.
      await Promise.all((await databases(manifest)).map(deleteDatabase));
    },
    async () => {
      await Promise.all((await caches_(manifest)).map((name) => caches.delete(name)));
    },
    ...callbacks,
  ];
  await Promise.all(work.map((one) => within(quietly(one))));
}

/** What one page alone holds of the manifest, and does not share with other tabs. */
export function ofPage(manifest: Manifest): Manifest {
  return { ...manifest, localStorage: [], indexedDB: [], caches: [] };
}

/** What of the manifest is still there, such as `localStorage: cart`. */
export async function leftovers(manifest: Manifest): Promise<string[]> {
  const found: string[] = [];
  const look = (name: string, of: () => readonly string[] | Promise<readonly string[]>) =>
    quietly(async () => {
      for (const key of await of()) found.push(`${name}: ${key}`);
    });
  const looks = [
    ...storages.map((name) => look(name, () => keysOf(manifest, name))),
    look("IndexedDB", () => databases(manifest)),
    look("Cache Storage", () => caches_(manifest)),
    ...(manifest.queries ?? []).map((cache) =>
      look(cache.name, () => (cache.size?.() ? [`${cache.size()} entries`] : [])),
    ),
  ];
  await Promise.all(looks.map(within));
  return found;
}

const storages = ["localStorage", "sessionStorage"] as const;

/** Throws where the storage is blocked. */
function keysOf(manifest: Manifest, name: (typeof storages)[number]): string[] {
  const patterns = manifest[name] ?? (name === "sessionStorage" ? ["*"] : []);
  const keys = matching(Object.keys(globalThis[name]), patterns);
  return keys.filter((key) => !key.startsWith(ownPrefix));
}

async function databases({ indexedDB: patterns = [] }: Manifest): Promise<string[]> {
  if (patterns.length === 0) return [];
  // Firefox before 126 cannot list: then the names must be whole.
  const all = (await indexedDB.databases?.())?.map(({ name = "" }) => name);
  return all ? matching(all, patterns) : patterns.filter((name) => !name.endsWith("*"));
}

async function caches_({ caches: patterns = [] }: Manifest): Promise<string[]> {
  return patterns.length === 0 ? [] : matching(await caches.keys(), patterns);
}

function deleteDatabase(name: string): Promise<unknown> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = resolve;
  });
}

function matching(names: readonly string[], patterns: readonly string[]): string[] {
  return names.filter((name) =>
    patterns.some((pattern) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    ),
  );
}

async function quietly(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // Nothing may hinder the rest; what is left is found afterwards.
  }
}

function within(work: Promise<void>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, patience))]);
}
