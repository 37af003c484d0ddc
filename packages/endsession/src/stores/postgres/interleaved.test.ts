/** What another connection commits in the middle of an act, which locks neither of its rows. */
import { describe, expect, it } from "vitest";
import { judge } from "../../core/session.ts";
import { Gate, poolOf } from "../../test-support/gate.ts";
import { testDatabases } from "../../test-support/services.ts";
import { hour, Rig, start } from "../contract/rig.ts";
import { postgresStore } from "./store.ts";

for (const databases of testDatabases) {
  describe.runIf(databases.available)(databases.name, () => {
    it.each(["of its tenant", "of everybody"])(
      "LA-01: a session that is being continued dies with the end %s",
      async (whose) => {
        const url = await databases.create();
        const rig = new Rig(await postgresStore(poolOf(url)));
        const session = await rig.begin({ series: null });
        const successor = rig.draft();
        const gate = await Gate.shut(poolOf(url), "the session's row");
        const reissue = { kind: "reissue", sessionId: session.id, successor } as const;
        const continued = rig.commit(reissue);
        await gate.waiting(1);
        await (whose === "of its tenant" ? rig.raise(null) : rig.raise(null, null));
        await gate.open();
        await continued;
        const record = await rig.byId(successor.id);
        expect(record && judge(record, successor.lastSeenAt + 1).live).toBe(false);
      },
    );

    it("TO-02: a sweep leaves a session that was used since it was found", async () => {
      const url = await databases.create();
      const rig = new Rig(await postgresStore(poolOf(url)));
      const both = [await rig.begin(), await rig.begin()];
      const gate = await Gate.shut(poolOf(url), "all of its rows");
      const swept = rig.commit({
        kind: "sweep",
        at: start + hour,
        removeBefore: start,
        removeAuditBefore: start,
        grace: 0,
        auditId: "sweep",
      });
      await gate.waiting(1);
      // The one that the sweep has not come to yet.
      const { rows } = await poolOf(url).query(
        `update sessions set last_seen_at = $1
           where id = (select id from sessions for update skip locked limit 1) returning id`,
        [start + hour - 1],
      );
      await gate.open();
      expect((await swept).marked).toBe(1);
      const [used] = rows as { id: string }[];
      const live = both.map(async ({ id }) => (await rig.byId(id))?.endedAt === null);
      expect(await Promise.all(live)).toEqual(both.map(({ id }) => id === used?.id));
    });
  });
}
