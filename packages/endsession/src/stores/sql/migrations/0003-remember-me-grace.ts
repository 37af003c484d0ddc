/** What a remember-me token needs that is presented by two requests at once. */
import { type Kysely, type Migration, sql } from "kysely";

export const rememberMeGrace: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const series = db.schema.alterTable("remember_me_tokens");
    await series.addColumn("previous_hash", "text").execute();
    await series.addColumn("spent_at", "bigint").execute();
    await series.addColumn("sealed_successor", "text").execute();
    await db.schema
      .createIndex("remember_me_tokens_sealed")
      .on("remember_me_tokens")
      .column("spent_at")
      .where(sql.ref("sealed_successor"), "is not", null)
      .execute();
  },
};
