import { join } from "node:path";
import { Kysely, SqliteDialect, sql } from "kysely";
import Database from "libsql";
import { expect } from "vitest";
import { addAccounts } from "../../../src/controller/store/migrations/accounts.ts";
import { createAudit } from "../../../src/controller/store/migrations/audit.ts";
import { createFirst } from "../../../src/controller/store/migrations/first.ts";
import type { Tables } from "../../../src/controller/store/tables.ts";
import { sqliteTest, temporaryFolder, testController } from "../../support/controller.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const OLD = "that release had no PostgreSQL";

/** A store as it was before turns, with builds that wait. */
async function olderStore(folder: string, builds: [state: string, target: string | null][]): Promise<void> {
  const database = new Database(join(folder, "millwright.db"));
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  for (const step of [createFirst, createAudit, addAccounts]) await step(db);
  await sql`create table schema_version (version integer not null)`.execute(db);
  await sql`insert into schema_version (version) values (3)`.execute(db);
  await sql`insert into apps values ('a1', 'default', 'shop', 'https://example.test/shop.git', '', '', null, 0)`.execute(
    db,
  );
  for (const [state, target] of builds) {
    await sql`
      insert into builds (app_id, kind, platform, build_type, commit_ref, target_platform, state, fence, attempt,
        cancel_requested, created_at)
      values ('a1', 'package', 'android', 'debug', 'main', ${target}, ${state}, 0, 0, 0, 0)
    `.execute(db);
  }
  await db.destroy();
}

sqliteTest(
  OLD,
  "Builds that waited before there were turns keep their order and what they ask for, and new ones go behind",
  async () => {
    const folder = temporaryFolder();
    await olderStore(folder, [
      ["success", null],
      ["success", "lab"],
      ["queued", null],
      ["queued", "Xcode 26.0"],
      ["queued", "lab"],
    ]);
    const controller = await testController({}, folder);
    const ground = new QueueGround(controller);
    const worker = await new Worker(controller, 9).open("tux", { names: ["lab"] });
    const asked = await ground.ask("shop");
    const { requirement } = await ground.send<{ requirement: object }>("GET", "/builds/4/explain");
    expect(requirement).toMatchObject({ os: "macos", xcode: "26.0" });
    await ground.account("other", null, "till");
    const other = await ground.ask("till");
    // The other account stands where turns have come to: before all that wait.
    expect(await worker.offered()).toEqual([other, 3, 5, asked]);
    expect(await (await new Worker(controller, 9).open("mini", { mac: ["26.0"] })).offered()).toEqual([4]);
  },
);
