import { cpSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { expect, test } from "vitest";
import type { Build } from "../../../src/protocol/api.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { binaries, postgresTest, usePostgres } from "../../support/postgres.ts";
import { QueueGround } from "../../support/queue-ground.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { toolTest } from "../../support/tool-test.ts";
import { askMaterial } from "../controller/given-material.ts";
import { copied, documentedCommands } from "./documented.ts";

const postgres = usePostgres();
const LOG = "all of it\n";
const SUCCEEDED = 1;
const SECRETS = { KEY: "an-environment's-secret" };

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

toolTest(
  ["sqlite3"],
  "The documented copy of a controller that runs has all that was there then, and starts",
  async () => {
    const controller = await testController();
    await withBuilds(controller);
    await controller.api("PUT", "/environments/Prod?account=team", { variables: {}, secrets: SECRETS });
    const copy = temporaryFolder();
    await copied(documentedCommands("SQLite, running.", { "/var/lib/millwright": controller.data, "/backup": copy }));
    await new QueueGround(controller).ask("shop"); // came too late for the copy
    const again = await testController({}, copy); // on the same host, while the one before still runs
    expect(await seen(again)).toEqual(WHOLE);
    expect(readFileSync(again.caFile ?? "", "utf8")).toBe(readFileSync(controller.caFile ?? "", "utf8"));
    await new QueueGround(again).ask("shop", { environment: "Prod" });
    const agent = new ScriptedAgent(again);
    await agent.open("another", "m2", 4);
    const leases = (await agent.sync([], 4)).offers.flatMap(({ lease }) => lease ?? []);
    const lease = leases.at(-1);
    if (!lease) throw new Error("no build was offered");
    const { jobToken } = await agent.accept(lease);
    const given = await askMaterial(agent, { lease, jobToken }, "environment");
    expect(given.material).toMatchObject({ secrets: SECRETS });
  },
);

postgresTest("The documented dump of a store in use, restored into a new database, has all its builds", async () => {
  const at = (name: string) => `postgres://millwright@localhost/${name}?host=${postgres.folder()}`;
  const anyDatabase = await postgres.database();
  await postgres.query(anyDatabase, "create role millwright login");
  await postgres.query(anyDatabase, "create database millwright owner millwright encoding 'UTF8' template template0");
  const store = at("millwright");
  const controller = await testController({}, temporaryFolder(), undefined, { store });
  await withBuilds(controller);
  const restored = at("restored");
  const commands = documentedCommands("PostgreSQL.", { "postgres://millwright@db.example/restored": restored });
  const server = { PGHOST: postgres.folder(), PGUSER: "postgres", MILLWRIGHT_STORE: store };
  const path = `${binaries()}${delimiter}${process.env["PATH"]}`;
  await copied(commands, { ...server, PATH: path }, temporaryFolder());
  await controller.close();
  const again = await testController({}, controller.data, undefined, { store: restored });
  expect(await seen(again)).toEqual(WHOLE);
  expect(await new QueueGround(again).ask("shop")).toBe(3); // numbers go on
});
