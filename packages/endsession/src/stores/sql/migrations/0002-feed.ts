/** What instances need to follow the ends (docs/lease.md). */
import { type Kysely, type Migration, sql } from "kysely";
import type { Flavour } from "../flavour.ts";

export function feed(flavour: Flavour): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const ends = db.schema.alterTable("ends");
      await ends.addColumn("reason", "text").execute();
      await ends.addColumn("audit_id", "text").execute();
      await ends.addColumn("auth_version", "bigint").execute();
      await db.schema
        .createIndex("ends_by_audit_id")
        .on("ends")
        .column("audit_id")
        .where(sql.ref("audit_id"), "is not", null)
        .execute();
      const installation = db.schema.alterTable("installation");
      await installation
        .addColumn("sweeps", "bigint", (column) => column.notNull().defaultTo(0))
        .execute();
      await installation.addColumn("swept_position", "text").execute();
      await flavour.prepareFeed(db);
    },
  };
}
