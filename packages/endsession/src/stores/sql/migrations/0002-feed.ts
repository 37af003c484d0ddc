/** What instances need to follow the ends (docs/lease.md). */
import type { Kysely, Migration } from "kysely";
import type { Flavour } from "../flavour.ts";

export function feed(flavour: Flavour): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const ends = db.schema.alterTable("ends");
      await ends.addColumn("reason", "text").execute();
      await ends.addColumn("audit_id", "text").execute();
      await ends.addColumn("auth_version", "bigint").execute();
      // Both tables are in the order of time: their keys find a moment well enough.
      await db.schema.dropIndex("ends_by_time").execute();
      await db.schema.dropIndex("audit_by_time").execute();
      const installation = db.schema.alterTable("installation");
      await installation
        .addColumn("sweeps", "bigint", (column) => column.notNull().defaultTo(0))
        .execute();
      await installation.addColumn("swept_position", "text").execute();
      await flavour.prepareFeed(db);
    },
  };
}
