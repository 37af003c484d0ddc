/** Clears away what is dead past all use. Run now and then; nothing depends on when. */
import type { Context } from "./context.ts";
import { mintId } from "./credential.ts";

/** How long ended rows are kept past their natural expiry, for reasons and reuse detection. */
const retention = 24 * 60 * 60 * 1000;

/** How many rows were removed, and how many sessions were marked as ended or expired. */
export interface Swept {
  readonly removed: number;
  readonly marked: number;
}

/** Sweeps once. */
export async function sweep(context: Context): Promise<Swept> {
  const at = context.clock.now();
  const [swept] = await context.truth.commit([
    {
      kind: "sweep",
      at,
      removeBefore: at - retention,
      removeAuditBefore: at - context.settings.auditLifetime,
      grace: context.settings.refreshGrace,
      auditId: mintId(context.crypto),
    },
  ]);
  return swept;
}
