/** Whether an instance can do its work now: what a readiness probe asks. */
import type { Context } from "./context.ts";

/** The state of one instance. */
export interface Health {
  /** Whether the store answers. */
  readonly store: boolean;
  /**
   * `held`: checks are answered from memory. `lost`: every check asks the store, since the feed of
   * ends could not be read within B. `unused`: this instance answers nothing from memory.
   */
  readonly lease: "held" | "lost" | "unused";
}

/** Asks the store, and looks at the lease. Never rejects. */
export async function health({ truth, live, clock, settings }: Context): Promise<Health> {
  const store = await truth.query({ kind: "mark" }).then(
    () => true,
    () => false,
  );
  if (!settings.live.remember) return { store, lease: "unused" };
  return { store, lease: live.lease.holds(clock.now()) ? "held" : "lost" };
}
