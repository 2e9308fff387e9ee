import { join } from "node:path";
import { Kysely, SqliteDialect, sql } from "kysely";
import Database from "libsql";
import { expect } from "vitest";
import { newSealingKey, writeKeyRing } from "../../../src/controller/secrets/key-ring.ts";
import { Sealer } from "../../../src/controller/secrets/sealer.ts";
import { createAudit } from "../../../src/controller/store/migrations/audit.ts";
import { createFirst } from "../../../src/controller/store/migrations/first.ts";
import type { Tables } from "../../../src/controller/store/tables.ts";
import type { Account } from "../../../src/protocol/account-api.ts";
import type { Build, BuildDetails, NamedSetting } from "../../../src/protocol/api.ts";
import type { App } from "../../../src/protocol/app-api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import type { ChainPage } from "../../../src/protocol/audit-chain.ts";
import { ChainCheck } from "../../../src/protocol/audit-check.ts";
import { sqliteTest, temporaryFolder, testController } from "../../support/controller.ts";
import { person } from "../../support/people.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { askMaterial, takeBuild } from "./given-material.ts";

const AT = Date.UTC(2026, 2, 1);
const OLD = "that release had no PostgreSQL";
const ENVIRONMENT = JSON.stringify({ variables: { A: "1" }, secretNames: ["KEY"] });

const insert = (table: string, columns: Record<string, unknown>) => {
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  return sql`insert into ${sql.table(table)} (${names}) values (${sql.join(Object.values(columns))})`;
};

/** A data folder as the release before accounts left it: an app, a sealed environment, a build that ended and one in the queue. */
async function storeOfSchema2(): Promise<string> {
  const data = temporaryFolder();
  const key = newSealingKey(Date.now());
  writeKeyRing(join(data, "secret.key"), [key]);
  const sealer = new Sealer([key], "");
  const database = new Database(join(data, "millwright.db"));
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  await createFirst(db);
  await createAudit(db);
  await sql`create table schema_version (version integer not null)`.execute(db);
  const build = { app_id: "a1b2c3d4", kind: "deploy", platform: "web", build_type: "", commit_ref: "main" };
  const state = { fence: 1, attempt: 1, cancel_requested: 0, created_at: AT, environment: "Prod" };
  const rows: [string, Record<string, unknown>][] = [
    ["schema_version", { version: 2 }],
    [
      "apps",
      {
        ...{
          id: "a1b2c3d4",
          name: "shop",
          git_url: "https://x.test/shop.git",
          subfolder: "mobile",
          git_username: "ci",
        },
        ...{ git_password: sealer.seal("git-secret-1", { kind: "app", name: "a1b2c3d4" }), created_at: AT },
      },
    ],
    [
      "settings",
      {
        ...{ kind: "environment", name: "Prod", shown: ENVIRONMENT, updated_at: AT },
        sealed: sealer.seal({ secrets: { KEY: "env-secret-2" }, files: {} }, { kind: "environment", name: "Prod" }),
      },
    ],
    [
      "builds",
      { ...build, ...state, state: "success", lease_id: "l1", commit_sha: "a".repeat(40), finished_at: AT + 9 },
    ],
    ["builds", { ...build, ...state, state: "queued", fence: 0, attempt: 0 }],
    [
      "leases",
      {
        ...{
          id: "l1",
          build_id: 1,
          attempt: 1,
          fence: 1,
          agent_id: "g1",
          session_epoch: 1,
          state: "ended",
          ended: "completed",
        },
        ...{ log_length: 0, event_seq: 0, granted_at: AT, ended_at: AT + 9 },
      },
    ],
    ["audit", { at: AT, actor: "admin", action: "written", kind: "environment", name: "Prod", detail: "added" }],
  ];
  for (const [table, columns] of rows) await insert(table, columns).execute(db);
  await db.destroy();
  return data;
}

sqliteTest(
  OLD,
  "a store from before there were accounts opens, with everything of it in the account default",
  async () => {
    const controller = await testController({}, await storeOfSchema2());
    const vera = await person(controller, "vera@example.com", { default: "admin" });
    const stranger = await person(controller, "sven@example.com", { other: "admin" });
    const { accounts } = (await vera.api("GET", "/accounts")).body as { accounts: Account[] };
    expect(accounts).toMatchObject([{ id: "default", name: "default", concurrencyLimit: null }]);
    const { apps } = (await vera.api("GET", "/apps")).body as { apps: App[] };
    expect(apps).toMatchObject([{ id: "a1b2c3d4", name: "shop", subfolder: "mobile", hasGitPassword: true }]);
    const { builds } = (await vera.api("GET", "/builds")).body as { builds: Build[] };
    expect(builds.map(({ id, status, app }) => [id, status, app.name])).toEqual([
      [2, "queued", "shop"],
      [1, "success", "shop"],
    ]);
    expect((await vera.api("GET", "/builds/1")).body as BuildDetails).toMatchObject({ commitSha: "a".repeat(40) });
    const { items } = (await vera.api("GET", "/environments")).body as { items: NamedSetting[] };
    expect(items).toMatchObject([{ name: "Prod", shown: { variables: { A: "1" }, secretNames: ["KEY"] } }]);
    const { entries } = (await vera.api("GET", "/audit?kind=environment")).body as { entries: AuditEntry[] };
    expect(entries).toMatchObject([{ actor: "admin", name: "Prod", detail: "added" }]);
    const { entries: chain } = (await controller.api("GET", "/audit/chain")).body as ChainPage;
    const check = new ChainCheck();
    expect([check.take(chain) && check.end(), chain[0]]).toMatchObject([true, { seq: 1, at: AT, name: "Prod" }]);
    expect((await stranger.api("GET", "/apps")).body).toEqual({ apps: [] });
    expect((await stranger.api("GET", "/builds/1")).status).toBe(404);
  },
);

sqliteTest(
  OLD,
  "what was sealed before there were accounts still opens, also after its key was changed and after a second start",
  async () => {
    const first = await testController({}, await storeOfSchema2());
    expect((await first.api("POST", "/keys/rotate")).body).toMatchObject({ sealedAgain: 2, unreadable: [] });
    await first.close();
    const controller = await testController({}, first.data);
    const agent = new ScriptedAgent(controller);
    await agent.open();
    const taken = await takeBuild(agent);
    expect((await askMaterial(agent, taken, "environment")).material).toMatchObject({
      secrets: { KEY: "env-secret-2" },
    });
    expect((await askMaterial(agent, taken, "git")).material).toMatchObject({
      username: "ci",
      password: "git-secret-1",
    });
  },
);
