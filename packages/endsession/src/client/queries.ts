/** Query caches for the manifest. Objects are passed in; nothing of the libraries is imported. */
import type { QueryCache } from "./manifest.ts";

/** TanStack Query: the part of a `QueryClient` that is used. */
export interface TanstackQueryClient {
  cancelQueries(): Promise<unknown>;
  clear(): void;
  getQueryCache(): { getAll(): readonly unknown[] };
}

/** A `QueryClient`. What is under way is cancelled first, so that its answer refills nothing. */
export function tanstackQuery(client: TanstackQueryClient): QueryCache {
  return {
    name: "TanStack Query",
    clear() {
      // Cancelling takes hold at once; only its promise is slow.
      void client.cancelQueries().catch(() => undefined);
      client.clear();
    },
    size: () => client.getQueryCache().getAll().length,
  };
}

/** SWR's `mutate`, from `useSWRConfig()` or the package. */
export type SwrMutate = (
  keys: (key: unknown) => boolean,
  data: undefined,
  options: { readonly revalidate: false },
) => Promise<unknown>;

/** SWR: every key is emptied, and nothing is fetched anew. A fetch under way is made void by it. */
export function swr(mutate: SwrMutate): QueryCache {
  return {
    name: "SWR",
    async clear() {
      await mutate(() => true, undefined, { revalidate: false });
    },
  };
}

/** Apollo: the part of an `ApolloClient` that is used. */
export interface ApolloClientLike {
  stop(): void;
  clearStore(): Promise<unknown>;
}

/** An `ApolloClient`. It is stopped: make a new one for who signs in next. */
export function apollo(client: ApolloClientLike): QueryCache {
  return {
    name: "Apollo",
    async clear() {
      client.stop();
      await client.clearStore();
    },
  };
}
