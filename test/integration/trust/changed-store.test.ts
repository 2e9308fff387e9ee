import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RawBuilder, sql } from "kysely";
import { expect, test } from "vitest";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import type { LeaseRef } from "../../../src/protocol/job-folder/spec.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { agentWithApp, begunBuild, DEPLOY, finishedBuild } from "../../support/finished-build.ts";
import type { ScriptedAgent } from "../../support/scripted-agent.ts";
import { askMaterial } from "../controller/given-material.ts";

/** What somebody does who can write to the store, but has no key. */
async function change({ data }: TestController, statement: RawBuilder<unknown>): Promise<void> {
  const db = await openStoreOf(data);
  await statement.execute(db);
  await db.destroy();
}

async function ground() {
  const controller = await testController();
  const agent = await agentWithApp(controller, { gitUsername: "git", gitPassword: "secret-of-git" });
  for (const name of ["staging", "production"]) {
    const environment = { variables: { API: `https://${name}.test` }, secrets: { KEY: `secret-of-${name}` } };
    expect((await controller.api("PUT", `/environments/${name}`, environment)).status).toBe(200);
  }
  expect((await controller.api("POST", "/accounts", { name: "Other" })).status).toBe(201);
  expect((await controller.api("PUT", "/native-configs/store", { bundleId: "test.shop" })).status).toBe(200);
  const ask = async () => {
    const request = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
    const settings = { environment: "staging", nativeConfig: "store" };
    const { status, body } = await controller.api("POST", "/apps/demo/builds", { ...request, ...settings });
    expect(status).toBe(201);
    return body as BuildDetails;
  };
  return { controller, agent, ask };
}

/** What becomes of the build when an agent takes what it is offered. */
async function taken(controller: TestController, agent: ScriptedAgent, id: number) {
  const offer = (await agent.sync()).offers.find(({ lease }) => lease?.buildId === id);
  const answer = await agent.accept(offer?.lease as LeaseRef).catch((error: Error) => error.message);
  const { status, failure } = await controller.build(id);
  return { answer, status, code: failure?.code, why: failure?.why ?? "" };
}

const CHANGES: [string, RawBuilder<unknown>][] = [
  ["the repository", sql`update apps set git_url = 'https://evil.test/x.git'`],
  ["the folder in it", sql`update apps set subfolder = 'evil'`],
  ["that it is the controller's own", sql`update apps set own_remote = 1`],
  ["the commit", sql`update builds set commit_ref = 'evil'`],
  ["its branch", sql`update builds set branch = 'evil'`],
  ["the build type", sql`update builds set build_type = 'release'`],
  ["the file's name", sql`update builds set build_file_name = 'evil'`],
  ["what it needs of a host", sql`update builds set notice = 'evil'`],
  ["which environment it gets", sql`update builds set environment = 'production'`],
  ["that it signs", sql`update builds set security_profile = 'x'`],
  ["whose it is", sql`update builds set account_id = (select id from accounts where id <> 'default')`],
  ["a variable", sql`update settings set shown = replace(shown, 'staging.test', 'evil.test') where name = 'staging'`],
  [
    "the environment's rows",
    sql`update settings set shown = (select shown from settings s where s.name = 'production')
    where name = 'staging' and kind = 'environment'`,
  ],
  ["the native config", sql`update settings set shown = replace(shown, 'test.shop', 'test.evil') where name = 'store'`],
  ["what was decided of its commit", sql`update builds set trust = 'commit'`],
  ["its signature", sql`update builds set signature = null`],
  ["the app's signature", sql`update apps set signature = null`],
];

for (const [what, statement] of CHANGES) {
  test(`a build is refused when in the store ${what} was changed while it waited`, async () => {
    const { controller, agent, ask } = await ground();
    const { id } = await ask();
    await change(controller, statement);
    const end = await taken(controller, agent, id);
    expect(end).toMatchObject({ status: "failed", code: "SPEC_SIGNATURE_STORE" });
    expect(end.answer).toContain("The build has ended");
    const { entries } = (await controller.api("GET", `/audit?build=${id}`)).body as { entries: AuditEntry[] };
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ["refused", "controller"],
      ["asked for", "admin"],
    ]);
  });
}

test("what the controller itself wrote meanwhile is taken: settings count as they are when the build begins", async () => {
  const { controller, agent, ask } = await ground();
  const { id } = await ask();
  expect((await controller.api("PATCH", "/apps/demo", { subfolder: "mobile" })).status).toBe(200);
  const environment = { variables: { API: "https://new.test" }, secrets: { KEY: "secret-of-staging" } };
  expect((await controller.api("PUT", "/environments/staging", environment)).status).toBe(200);
  const { answer } = await taken(controller, agent, id);
  expect(answer).toMatchObject({
    spec: {
      app: { subfolder: "mobile" },
      environment: { variables: { API: "https://new.test" }, secretNames: ["KEY"] },
    },
  });
});

test("an environment that the store swaps in a running build gives out no secret", async () => {
  const { controller, agent } = await ground();
  const build = await begunBuild(controller, agent, { ...DEPLOY, environment: "staging" });
  expect(JSON.stringify(await askMaterial(agent, build, "environment"))).toContain("staging");
  await change(controller, sql`update builds set environment = 'production'`);
  await expect(askMaterial(agent, build, "environment")).rejects.toThrow(/not as the controller/);
});

test("a job that was answered, and was changed in the store, is answered as it was made", async () => {
  const { controller, agent, ask } = await ground();
  const { id } = await ask();
  const lease = (await agent.sync()).offers[0]?.lease as LeaseRef;
  const { spec } = await agent.accept(lease);
  await change(controller, sql`update leases set spec = replace(spec, 'demo.git', 'evil.git')`);
  expect(await agent.accept(lease)).toMatchObject({ spec: { app: spec.app, lease: { buildId: id } } });
});

test("nothing is asked for anew from what was changed: requests, retries, other parts of an app", async () => {
  const { controller, agent } = await ground();
  const { id } = await finishedBuild(controller, agent, { request: DEPLOY });
  expect((await controller.api("POST", `/builds/${id}/retry`)).status).toBe(201);
  await change(controller, sql`update builds set commit_sha = ${"e".repeat(40)}`);
  const codeOf = async (method: string, path: string, body?: object) =>
    ((await controller.api(method, path, body)).body as { error?: { code: string } }).error?.code;
  expect(await codeOf("POST", `/builds/${id}/retry`)).toBe("SPEC_SIGNATURE_STORE");
  await change(controller, sql`update apps set git_url = 'https://evil.test/x.git'`);
  expect(await codeOf("POST", "/apps/demo/builds", DEPLOY)).toBe("SPEC_SIGNATURE_STORE");
  expect(await codeOf("PATCH", "/apps/demo", { subfolder: "x" })).toBe("SPEC_SIGNATURE_STORE");
  const { app } = (await controller.api("GET", "/apps/demo")).body as { app?: { subfolder: string } };
  expect(app?.subfolder ?? "").toBe("");
});

test("the key of the store is made once; without it the controller doesn't start, unless it is told to trust the store", async () => {
  const { controller } = await ground();
  await controller.close();
  const file = join(controller.data, "spec.key");
  const before = readFileSync(file, "utf8");
  const codeOf = (more: object = {}) =>
    testController({}, controller.data, undefined, more).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
  rmSync(file);
  expect(await codeOf()).toBe("SPEC_KEY_UNUSABLE");
  expect(existsSync(file), "no new key hides that it is gone").toBe(false);
  writeFileSync(file, "{}");
  expect(await codeOf()).toBe("SPEC_KEY_UNUSABLE");
  const other = await testController({}, temporaryFolder());
  writeFileSync(file, readFileSync(join(other.data, "spec.key")));
  expect(await codeOf()).toBe("SPEC_KEY_UNUSABLE");
  writeFileSync(file, before);
  const again = await testController({}, controller.data);
  expect((await again.api("POST", "/apps/demo/builds", DEPLOY)).status).toBe(201);
  await again.close();
  rmSync(file);
  const trusting = await testController({}, controller.data, undefined, { trustStore: true });
  expect((await trusting.api("POST", "/apps/demo/builds", DEPLOY)).status).toBe(201);
  expect(readdirSync(controller.data)).toContain("spec.key");
});

test("a new key is endorsed by the old one, and builds that the old one signed go on", async () => {
  const { controller, ask } = await ground();
  const { id } = await ask();
  await controller.close();
  const next = await testController({}, controller.data, undefined, { newSpecKey: true });
  const { keys } = JSON.parse(readFileSync(join(controller.data, "spec.key"), "utf8")) as { keys: object[] };
  expect(keys).toHaveLength(2);
  const { ScriptedAgent } = await import("../../support/scripted-agent.ts");
  const agent = new ScriptedAgent(next);
  expect((await agent.open()).specKeys).toHaveLength(2);
  expect((await taken(next, agent, id)).answer).toMatchObject({ spec: { lease: { buildId: id } } });
});
