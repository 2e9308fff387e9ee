import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect } from "vitest";
import { openPostgres } from "../../../src/controller/store/postgres.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { type TestController, temporaryFolder } from "../../support/controller.ts";
import { controllerProcess } from "../../support/controller-process.ts";
import { eventually } from "../../support/eventually.ts";
import { PASSWORD } from "../../support/people.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";
import { QueueGround } from "../../support/queue-ground.ts";
import { NO_RADOSGW, Radosgw } from "../../support/radosgw.ts";
import { PASSWORD as STORE_PASSWORD } from "../../support/signing-files.ts";
import { runCli, startCli } from "../cli/run-cli.ts";
import { askMaterial, takeBuild } from "../controller/given-material.ts";
import { join as joinAs } from "../controller/joining/ground.ts";
import { verifies } from "../controller/notices/made-webhook.ts";
import { everythingShown } from "./everything-shown.ts";
import { goOn, grownWorld, SECRETS, sayHello, type World } from "./grown-world.ts";

const postgres = usePostgres();
let bucket: Radosgw | undefined;
beforeAll(async () => {
  if (NO_RADOSGW === undefined) bucket = await Radosgw.start();
});
afterAll(() => bucket?.close());

interface Failed {
  error: { code: string };
}

async function migrate(data: string, store: string) {
  const { exitCode, stdout } = await runCli([
    "controller",
    "migrate",
    "--from",
    `sqlite:${data}`,
    "--to",
    store,
    "--json",
  ]);
  return { exitCode, answer: JSON.parse(stdout) as Failed & { rows: number } };
}

const buildsIn = (store: string) => postgres.query(store, "select count(*)::int as n from builds");

/** A migration that is killed while it writes logs: the target takes its time for each piece of them. */
async function killedInTheMiddle(data: string, store: string): Promise<void> {
  await (await openPostgres(store)).destroy();
  await postgres.query(
    store,
    `create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end $$;
      create trigger slowly before insert on log_chunks for each row execute function slowly()`,
  );
  const begun = startCli(["controller", "migrate", "--from", `sqlite:${data}`, "--to", store]);
  await eventually(
    "it is in the middle of the logs",
    async () => {
      const waits = "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
      return (await postgres.query(store, waits)).length > 0;
    },
    60_000,
  );
  begun.child.kill("SIGKILL");
  await begun.exitCode;
  await postgres.query(store, "drop trigger slowly on log_chunks; drop function slowly()"); // once the server has noticed
}

/** The same for files; whatever was there then, the next one goes on with it. */
async function movedBlobs(data: string): Promise<{ words: string[]; report: { there: number; copied: number } }> {
  const address = bucket ? await bucket.newBucket() : temporaryFolder();
  const credentials = bucket?.credentialsFile();
  const to = ["--to", address, ...(credentials ? ["--to-credentials", credentials] : [])];
  const words = ["controller", "migrate-blobs", "--from", join(data, "blobs"), ...to];
  const begun = startCli(words);
  await begun.printed("content/");
  begun.child.kill("SIGKILL");
  await begun.exitCode;
  const { exitCode, stdout } = await runCli([...words, "--json"]);
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as { there: number; copied: number; wrong: string[] };
  expect(report.wrong).toEqual([]);
  return { words: ["--blobs", address, ...(credentials ? ["--blobs-credentials", credentials] : [])], report };
}

/** Everybody goes on as if nothing had been: the agent, people, receivers, a host that was invited. */
async function allGoesOn(
  controller: TestController,
  { agent, anna, running, waiting, ...world }: World,
): Promise<void> {
  const bytes = randomBytes(6_000_000);
  const told = world.receiver.received.length;
  const log = await goOn(agent, running, bytes);
  const ended = (await controller.build(running.id)) as BuildDetails;
  expect(ended).toMatchObject({ status: "success", attempt: 1, artifacts: [{ name: "late.apk", size: bytes.length }] });
  expect(((await controller.api("GET", `/builds/${running.id}/log`)).body as string) === log).toBe(true);
  const url = `${controller.httpUrl}/api/v1/builds/${running.id}/artifacts/${ended.artifacts[0]?.id}`;
  const got = await fetch(url, { headers: { authorization: `Bearer ${anna.token}` } });
  expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
  expect(verifies(await world.receiver.nth(told), world.webhook.secret)).toBe(true);

  const taken = await takeBuild(agent);
  expect(taken.lease.buildId).toBe(waiting);
  expect((await askMaterial(agent, taken, "environment")).material).toMatchObject({ secrets: SECRETS });
  expect(JSON.stringify(await askMaterial(agent, taken, "signing"))).toContain(STORE_PASSWORD);

  expect((await anna.api("GET", "/me")).status).toBe(200);
  const login = { email: anna.email, password: PASSWORD };
  expect((await controller.as(undefined)("POST", "/session", login)).status).toBe(201);
  await joinAs(world.invitation, "host-2");
  expect(await new QueueGround(controller).ask("demo")).toBe(waiting + 1);
}

postgresTest(
  "A controller with SQLite and a folder is moved to PostgreSQL and a bucket in the middle of its work",
  async () => {
    const data = temporaryFolder();
    const before = await controllerProcess(data);
    const world = await grownWorld(before);
    await sayHello(world);
    const shown = await everythingShown(before, world.anna.token);
    const store = await postgres.database();
    expect(await migrate(data, store)).toMatchObject({ answer: { error: { code: "DATA_FOLDER_TAKEN" } } });
    await before.close();
    await killedInTheMiddle(data, store);
    expect(await buildsIn(store)).toEqual([{ n: 0 }]);
    expect(await migrate(data, store)).toMatchObject({ exitCode: 0 });
    expect(await migrate(data, store)).toMatchObject({ answer: { error: { code: "STORE_NOT_EMPTY" } } });
    const { words, report } = await movedBlobs(data);
    expect(report.there + report.copied).toBeGreaterThan(5);
    for (const name of ["millwright.db", "blobs"]) renameSync(join(data, name), join(data, `${name}.before`));

    const after = await controllerProcess(data, { words, environment: { MILLWRIGHT_STORE: store }, at: before });
    await eventually("the agent has found it", () => sayHello(world).then(() => true));
    const now = await everythingShown(after, world.anna.token);
    expect(Object.keys(shown).length).toBeGreaterThan(60);
    expect(withoutMove(now)).toEqual(shown);
    for (const [path, answer] of Object.entries(now))
      expect([path, answer]).toEqual([path, expect.objectContaining({ status: 200 })]);
    await allGoesOn(after, world);
    await after.close();
  },
  180_000,
);

/** The move itself is the newest entry of the audit, and nothing else is new. */
function withoutMove(now: Record<string, unknown>): Record<string, unknown> {
  const list = structuredClone(now["/audit?limit=500"]) as { json: { entries: AuditEntry[] } };
  expect(list.json.entries.shift()).toMatchObject({ kind: "store", actor: "controller" });
  return { ...now, "/audit?limit=500": list };
}

postgresTest("A store of a newer release is neither written nor read", async () => {
  const newer = "update schema_version set version = 999";
  const data = temporaryFolder();
  const sqlite = await openSqlite(data);
  const store = await postgres.database();
  await (await openPostgres(store)).destroy();
  await postgres.query(store, newer);
  expect(await migrate(data, store)).toMatchObject({ answer: { error: { code: "STORE_UNUSABLE" } } });
  await sql.raw(newer).execute(sqlite);
  await sqlite.destroy();
  const empty = await postgres.database();
  expect(await migrate(data, empty)).toMatchObject({ answer: { error: { code: "STORE_SOURCE_UNUSABLE" } } });
  expect(await postgres.query(empty, "select 1 from pg_tables where schemaname = 'public'")).toEqual([]);
});
