import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { newKeyFile, SpecKeys } from "../../../src/controller/trust/spec-keys.ts";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { MAKES_PAGE, webApp } from "../build/repositories.ts";
import { gitServer } from "../build/served.ts";
import { CLI } from "../cli/run-cli.ts";

/** A controller with an app that a git server has, and one build in its queue. */
async function ground() {
  const controller = await testController();
  const server = await gitServer();
  const app = server.add("team/app", webApp(MAKES_PAGE));
  const request = { name: "shop", gitUrl: app.url };
  expect((await controller.api("POST", "/apps", request)).status).toBe(201);
  const ask = async () => {
    const { status, body } = await controller.api("POST", "/apps/shop/builds", { kind: "deploy", commit: app.sha });
    expect(status).toBe(201);
    return (body as BuildDetails).id;
  };
  return { controller, server, id: await ask(), ask };
}

/** A real agent of the controller, with these lines in its configuration. */
async function startAgent(controller: TestController, lines: string) {
  const folder = temporaryFolder();
  const file = join(folder, "agent.yaml");
  const fixed = `name: tux
controller:
  address: ${controller.grpcAddress}
  caFile: ${join(controller.data, "ca.pem")}
  tokenFile: ${join(controller.data, "agent.token")}
workFolder: work
http: { address: "127.0.0.1:0" }
disk: { minFree: 1MiB, cleanBelow: 1MiB }
`;
  writeFileSync(file, `${fixed}${lines}`);
  const child = spawn(process.execPath, [CLI, "agent", "--config", file], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await eventually("the agent has ended", () => child.exitCode !== null || child.signalCode !== null, 30_000);
  });
  return { file, work: join(folder, "work"), log: () => said, reload: () => child.kill("SIGHUP") };
}

function ended(controller: TestController, id: number): Promise<BuildDetails> {
  return eventually(
    `build ${id} has ended`,
    async () => {
      const build = await controller.build(id);
      return ["success", "failed", "canceled"].includes(build.status) ? build : undefined;
    },
    60_000,
  );
}

test("an agent fetches only what its own configuration allows, and says which line rules it", async () => {
  const { controller, server, id, ask } = await ground();
  const agent = await startAgent(controller, `allow:\n  repositories: [github.com/acme/*]\n`);
  const { status, failure } = await ended(controller, id);
  expect([status, failure?.code]).toEqual(["failed", "REPOSITORY_NOT_ALLOWED"]);
  expect(failure?.why).toContain(`${agent.file}:10: allow.repositories allows: github.com/acme/*`);
  expect(server.requests).toEqual([]);
  expect(agent.log()).toContain('"repositories":["github.com/acme/*"]');
  writeFileSync(agent.file, readFileSync(agent.file, "utf8").replace("github.com/acme/*", `"${server.url}/team/*"`));
  agent.reload();
  await eventually("it was read", () => agent.log().includes('"changed":["allow.repositories"]'));
  expect((await ended(controller, await ask())).status).toBe("success");
});

test("what was changed in the store while no agent was there is fetched by none", async () => {
  const { controller, server, id } = await ground();
  const evil = server.add("evil/app", webApp(MAKES_PAGE));
  const db = await openStoreOf(controller.data);
  await sql`update apps set git_url = ${evil.url}`.execute(db);
  await sql`update builds set commit_ref = ${evil.sha}`.execute(db);
  await db.destroy();
  await startAgent(controller, "");
  const { status, failure } = await ended(controller, id);
  expect([status, failure?.code, failure?.blame]).toEqual(["failed", "SPEC_SIGNATURE_STORE", "controller"]);
  expect(server.requests).toEqual([]);
});

test("the first controller's key is kept, and jobs are taken that it signed", async () => {
  const { controller, id } = await ground();
  const agent = await startAgent(controller, "");
  expect((await ended(controller, id)).status).toBe("success");
  const file = readFileSync(join(controller.data, "spec.key"), "utf8");
  const { keys } = JSON.parse(file) as { keys: { publicKey: string }[] };
  expect(readFileSync(join(agent.work, "spec.pub"), "utf8").trim()).toBe(keys[0]?.publicKey);
});

test("a job that another key signed than the one an agent knows is refused before anything is fetched", async () => {
  const { controller, server, id } = await ground();
  const other = new SpecKeys(newKeyFile()).text;
  const agent = await startAgent(controller, `trust:\n  signedSpecs: required\n  specKey: ${other}\n`);
  const { status, failure } = await ended(controller, id);
  expect([status, failure?.code]).toEqual(["failed", "SPEC_SIGNATURE_WRONG"]);
  expect(failure?.why).toContain("doesn't show the key that this agent knows");
  expect(server.requests).toEqual([]);
  expect(agent.log()).toContain("the controller doesn't sign with the key that this agent knows");
});
