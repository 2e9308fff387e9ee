import { cpSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import type { Build } from "../../../src/protocol/api.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";
import { QueueGround } from "../../support/queue-ground.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

const postgres = usePostgres();
const LOG = "all of it\n";
const SUCCEEDED = 1;

/** A build that ended well and one that waits. */
async function withBuilds(controller: TestController): Promise<void> {
  const ground = new QueueGround(controller);
  await ground.account("team", null, "shop");
  await ground.ask("shop");
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const lease = (await agent.sync([], 1)).offers[0]?.lease;
  if (!lease) throw new Error("no build was offered");
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  await agent.append(lease, jobToken, 0, LOG);
  expect(await agent.complete(lease, jobToken, LOG)).toBe(SUCCEEDED);
  await ground.ask("shop");
}

async function seen(controller: TestController) {
  const { builds } = (await controller.api("GET", "/builds")).body as { builds: Build[] };
  return {
    builds: builds.map(({ id, status }) => [id, status]),
    log: (await controller.api("GET", "/builds/1/log")).body as unknown,
  };
}

const WHOLE = {
  builds: [
    [2, "queued"],
    [1, "success"],
  ],
  log: LOG,
};

test("A copy of the data folder of a controller that is stopped has all its builds", async () => {
  const controller = await testController();
  await withBuilds(controller);
  await controller.close();
  const copy = temporaryFolder();
  cpSync(controller.data, copy, { recursive: true });
  expect(await seen(await testController({}, copy))).toEqual(WHOLE);
});

test("VACUUM INTO while the controller runs, with the rest of the folder behind it, has all that was there then", async () => {
  const controller = await testController();
  await withBuilds(controller);
  const copy = temporaryFolder();
  const database = new Database(join(controller.data, "millwright.db"), { timeout: 5_000 });
  database.exec(`vacuum into '${join(copy, "millwright.db")}'`);
  database.close();
  await new QueueGround(controller).ask("shop"); // came too late for the copy
  for (const name of ["blobs", "secret.key", "signing.key", "agent.token", "admin.token"])
    cpSync(join(controller.data, name), join(copy, name), { recursive: true });
  expect(await seen(await testController({}, copy))).toEqual(WHOLE);
});

postgresTest("pg_dump of a store in use and pg_restore into a new database have all its builds", async () => {
  const store = await postgres.database();
  const controller = await testController({}, temporaryFolder(), undefined, { store });
  await withBuilds(controller);
  const dump = join(postgres.folder(), "store.dump");
  await postgres.tool("pg_dump", "--format=custom", `--file=${dump}`, store);
  await controller.close();
  const restored = await postgres.database();
  await postgres.tool("pg_restore", "--no-owner", "--exit-on-error", `--dbname=${restored}`, dump);
  const again = await testController({}, controller.data, undefined, { store: restored });
  expect(await seen(again)).toEqual(WHOLE);
  expect(await new QueueGround(again).ask("shop")).toBe(3); // numbers go on
});
