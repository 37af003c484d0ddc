/** An index of the sealed successors that the sweep removes, which no rotation adds to. */
import { type Kysely, type Migration, sql } from "kysely";

export const confirmedSuccessors: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.dropIndex("refresh_tokens_sealed").execute();
    await db.schema
      .createIndex("refresh_tokens_confirmed")
      .on("refresh_tokens")
      .column("confirmed_at")
      .where(sql.ref("confirmed_at"), "is not", null)
      .where(sql.ref("sealed_successor"), "is not", null)
      .execute();
  },
};
