/**
 * The contract of a store, as a function that registers its tests. It works with every test
 * runner that has a function `(name, body)`, such as vitest's `it` or `test` of node:test:
 *
 * ```ts
 * storeContract(it, () => sqliteStore(":memory:"));
 * ```
 */
import type { Store } from "../core/store.ts";
import { credentials } from "./contract/credentials.ts";
import { ends } from "./contract/ends.ts";
import { feed } from "./contract/feed.ts";
import { Rig } from "./contract/rig.ts";
import { sweep } from "./contract/sweep.ts";

/** Registers one test. */
export type ContractTest = (name: string, body: () => Promise<void>) => void;

/** Registers every test of the contract. `open` gives a new, empty store each time. */
export function storeContract(test: ContractTest, open: () => Promise<Store>): void {
  for (const [name, body] of Object.entries({ ...ends, ...credentials, ...sweep, ...feed })) {
    test(name, async () => {
      const store = await open();
      try {
        await body(new Rig(store));
      } finally {
        await store.close();
      }
    });
  }
}
