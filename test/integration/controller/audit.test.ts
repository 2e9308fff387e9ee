import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { sqliteTest, type TestController, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { askMaterial, takeBuild } from "./given-material.ts";
import { refusal } from "./refusal.ts";

const APP = { name: "demo", gitUrl: "https://example.test/x.git", gitUsername: "ci", gitPassword: "git-secret-1" };
const PROD = { variables: { A: "1" }, secrets: { KEY: "env-secret-2" } };
const DEPLOY = { kind: "deploy", commit: "main", environment: "Prod" };

async function audit(controller: TestController, query = ""): Promise<AuditEntry[]> {
  return ((await controller.api("GET", `/audit${query}`)).body as { entries: AuditEntry[] }).entries;
}

const brief = ({ actor, action, kind, name, detail }: AuditEntry) => [actor, action, kind, name, detail];

test("every change and every use is recorded, the newest first, and found by what and by which build", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", APP);
  await controller.api("PUT", "/environments/Prod", PROD);
  await controller.api("PUT", "/environments/Prod", PROD);
  const agent = new ScriptedAgent(controller);
  await agent.open("host-1");
  await controller.api("POST", "/apps/demo/builds", DEPLOY);
  const taken = await takeBuild(agent);
  await askMaterial(agent, taken, "git");
  await askMaterial(agent, taken, "environment", "install");
  await controller.api("PATCH", "/apps/demo", { name: "shop", gitPassword: "git-secret-3" });
  await controller.api("DELETE", "/environments/Prod");

  const entries = await audit(controller);
  expect(entries.map(brief)).toEqual([
    ["admin", "removed", "environment", "Prod", ""],
    ["admin", "written", "app", "shop", "changed name, git password; it was called demo"],
    ["host-1", "used", "environment", "Prod", "environment of the app demo"],
    ["host-1", "used", "app", "demo", "git of the app demo"],
    ["admin", "asked for", "build", "demo", "deploy web of main, environment Prod"],
    ["admin", "written", "environment", "Prod", "replaced"],
    ["admin", "written", "environment", "Prod", "added"],
    ["admin", "written", "app", "demo", "added"],
  ]);
  expect(entries[2]).toMatchObject({ build: 1, lease: taken.lease.leaseId, attempt: 1, step: "install" });
  expect(entries[3]).not.toHaveProperty("step"); // an older agent doesn't tell it
  expect(JSON.stringify(entries)).not.toMatch(/secret-/);

  expect((await audit(controller, "?build=1")).map((entry) => entry.action)).toEqual(["used", "used", "asked for"]);
  expect(await audit(controller, "?kind=environment&name=Prod")).toHaveLength(4);
  const page = (await controller.api("GET", "/audit?limit=3")).body as { entries: AuditEntry[]; next: number };
  expect([page.entries.length, page.next]).toEqual([3, page.entries[2]?.id]);
  expect(await audit(controller, `?limit=5&before=${page.next}`)).toEqual(entries.slice(3));
  expect(await refusal(controller, "GET", "/audit?kind=nonsense")).toMatchObject({
    status: 400,
    code: "REQUEST_INVALID",
  });
});

const TRIGGER = "the trigger that refuses is SQLite's";
sqliteTest(TRIGGER, "what can't be recorded isn't given out, and what can't be recorded isn't changed", async () => {
  const before = await testController();
  await before.api("POST", "/apps", APP);
  await before.api("PUT", "/environments/Prod", PROD);
  await before.api("POST", "/apps/demo/builds", DEPLOY);
  await before.close();
  const database = new Database(join(before.data, "millwright.db"));
  database.exec("create trigger no_audit before insert on audit begin select raise(abort, 'the disk is full'); end");
  database.close();

  const controller = await testController({}, before.data);
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const taken = await takeBuild(agent);
  await expect(askMaterial(agent, taken, "environment")).rejects.toThrow(/the disk is full/);
  const other = { secrets: { KEY: "other" } };
  expect((await controller.api("PUT", "/environments/Prod", other)).status).toBe(500);
  expect((await controller.api("DELETE", "/environments/Prod")).status).toBe(500);
  expect((await controller.api("PATCH", "/apps/demo", { name: "shop" })).status).toBe(500);
  const listed = JSON.stringify((await controller.api("GET", "/environments")).body);
  expect(listed).toContain('"A":"1"');
  expect((await controller.api("GET", "/apps/demo")).status).toBe(200);
});

test("a build whose lease has ended gets nothing, and no use is recorded", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", APP);
  await controller.api("PUT", "/environments/Prod", PROD);
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await controller.api("POST", "/apps/demo/builds", DEPLOY);
  const taken = await takeBuild(agent);
  await controller.api("POST", "/builds/1/cancel");
  await expect(askMaterial(agent, taken, "environment")).rejects.toThrow(/no longer/);
  expect((await audit(controller, "?build=1")).map((entry) => entry.action)).toEqual(["canceled", "asked for"]);
});
