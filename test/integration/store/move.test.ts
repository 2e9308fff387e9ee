import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import { moveStore } from "../../../src/controller/moving/move-store.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import type { ChainPage, ChainPlace } from "../../../src/protocol/audit-chain.ts";
import { ChainCheck } from "../../../src/protocol/audit-check.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { person } from "../../support/people.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";
import { QueueGround } from "../../support/queue-ground.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

const postgres = usePostgres();
const CLI = join(process.cwd(), "dist/cli/main.js");
const LOG = "umlauts: äöü, and a byte that is no text: ";

/** A controller on SQLite with people, secrets, a build that ended, one that runs and has logged, and one that waits. */
async function grown(): Promise<{ data: string; before: Shown }> {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", 3, "shop");
  await person(controller, "anna@example.com", { team: "developer" });
  await controller.api("PUT", "/environments/Prod?account=team", { variables: { A: "1" }, secrets: { KEY: "hidden" } });
  const agent = new ScriptedAgent(controller);
  await agent.open("one", "m1", 2);
  for (const _ of [1, 2, 3]) await ground.ask("shop");
  const [first, second] = (await agent.sync()).offers.map(({ lease }) => lease);
  if (!first || !second) throw new Error("no builds were offered");
  const bytes = Buffer.concat([Buffer.from(LOG), Buffer.from([0, 0xff, 0xfe])]);
  for (const lease of [first, second]) {
    const { jobToken } = await agent.accept(lease);
    await agent.begin(lease, jobToken);
    await agent.appendBytes(lease, jobToken, 0, bytes);
    if (lease === first) await agent.append(lease, jobToken, bytes.length, "");
  }
  const before = await shown(controller);
  await controller.close();
  return { data: controller.data, before };
}

type Shown = Awaited<ReturnType<typeof shown>>;

/** What people see of it all. */
async function shown(controller: TestController) {
  const ask = async (path: string) => (await controller.api("GET", path)).body as unknown;
  const builds = await Promise.all([1, 2, 3].map((id) => controller.build(id) as Promise<BuildDetails>));
  const log = await fetch(`${controller.httpUrl}/api/v1/builds/2/log`, {
    headers: { authorization: `Bearer ${controller.adminToken}` },
  });
  return {
    builds: builds.map(({ id, status, attempt }) => ({ id, status, attempt })),
    log: Buffer.from(await log.arrayBuffer()).toString("hex"),
    people: await ask("/users"),
    accounts: await ask("/accounts"),
    environments: await ask("/environments?account=team"),
    audit: (await ask("/audit")) as { entries: AuditEntry[] },
  };
}

postgresTest("A store is moved to PostgreSQL with all that is in it, and the controller goes on there", async () => {
  const { data, before } = await grown();
  const store = await postgres.database();
  const { stdout } = await execa(process.execPath, [
    ...[CLI, "controller", "migrate", "--from", `sqlite:${data}`, "--to", store, "--json"],
  ]);
  const { tables, rows } = JSON.parse(stdout) as { tables: { table: string; rows: number }[]; rows: number };
  expect(rows).toBeGreaterThan(20);
  expect(tables.find(({ table }) => table === "log_chunks")?.rows).toBe(2);
  const controller = await testController({}, data, undefined, { store });
  const { audit, ...after } = await shown(controller);
  const { audit: auditBefore, ...rest } = before;
  expect(after).toEqual(rest);
  const [moved, ...entries] = audit.entries;
  expect([moved?.kind, entries]).toEqual(["store", auditBefore.entries]);
  expect(await new QueueGround(controller).ask("shop")).toBe(4); // numbers go on
  const { entries: chain } = (await controller.api("GET", "/audit/chain?limit=5000")).body as ChainPage;
  const check = new ChainCheck([placeOf(entries[0])]);
  expect([check.take(chain) && check.end(), check.entries]).toEqual([true, entries.length + 2]);
  await person(controller, "bert@example.com");
});

function placeOf(entry: AuditEntry | undefined): ChainPlace {
  return { seq: entry?.seq ?? 0, hash: entry?.hash ?? "" };
}

postgresTest("Nothing is moved into a store that isn't empty, out of one in use, or out of none", async () => {
  const running = await testController();
  const empty = await postgres.database();
  const refused = (from: string, to: string) => moveStore(from, to).catch((error: unknown) => error);
  if (existsSync(join(running.data, "millwright.db"))) {
    // The lock is held by this process, as by a controller that was begun twice; another process is refused.
    const cli = [CLI, "controller", "migrate", "--from", `sqlite:${running.data}`, "--to", empty];
    const { exitCode, stderr } = await execa(process.execPath, cli, { reject: false });
    expect([exitCode === 0, stderr]).toEqual([false, expect.stringContaining("DATA_FOLDER_TAKEN")]);
  }
  expect(await refused(temporaryFolder(), empty)).toMatchObject({ code: "STORE_SOURCE_UNUSABLE" });
  const source = temporaryFolder();
  await (await openSqlite(source)).destroy();
  await moveStore(source, empty);
  await postgres.query(empty, "insert into users (email, name, operator, created_at) values ('a', 'a', 0, 0)");
  expect(await refused(source, empty)).toMatchObject({ code: "STORE_NOT_EMPTY" });
});

postgresTest("What arrives otherwise than it was is noticed, and nothing of it stays", async () => {
  const { data } = await grown();
  const store = await postgres.database();
  const copy = temporaryFolder();
  cpSync(data, copy, { recursive: true });
  // A target that changes what it is given: one flipped byte in a log.
  await moveStore(await emptySource(), store);
  await postgres.query(
    store,
    `create function flip() returns trigger language plpgsql as
      $$ begin new.data = set_byte(new.data, 0, 1); return new; end $$;
      create trigger flip before insert on log_chunks for each row execute function flip()`,
  );
  const error = await moveStore(copy, store).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "STORE_COPY_DIFFERS" });
  expect(JSON.stringify((error as { failure: unknown }).failure)).toContain("log_chunks");
  expect(await postgres.query(store, "select count(*)::int as n from builds")).toEqual([{ n: 0 }]);
});

async function emptySource(): Promise<string> {
  const folder = temporaryFolder();
  await (await openSqlite(folder)).destroy();
  return folder;
}
