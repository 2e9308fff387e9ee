import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NEEDED_NODE } from "../../../src/cli/doctor/node.ts";
import type { Agent } from "../../../src/protocol/api.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { examine } from "./doctor-kit.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

/** A folder with a configuration for this controller, and the token in a file. */
function agentFolder(controller: TestController, { token = controller.agentToken, mode = 0o600, more = "" } = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "token"), `${token}\n`, { mode });
  const ca = `  caFile: ${controller.caFile}\n`;
  const address = `controller:\n  address: ${controller.grpcAddress}\n${ca}  tokenFile: token\n`;
  writeFileSync(join(folder, "agent.config.yaml"), `name: host-1\n${address}${more}`);
  return folder;
}

test("On a host that is all right everything is told, and the controller sees no agent of it", async () => {
  const controller = await testController();
  const { exitCode, ok, check, checks } = await examine(agentFolder(controller));
  expect(checks.filter(({ state }) => state === "failed")).toEqual([]);
  expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
  expect(check("controller")?.found).toBe(`${controller.grpcAddress} answers and takes the token`);
  expect(check("clock")).toMatchObject({ state: "ok", found: "agrees with the controller's" });
  expect(check("work-folder")).toMatchObject({ state: "ok", found: expect.stringMatching(/which the agent makes$/) });
  expect(check("programs")?.found).toMatch(/^node \d+\.\d+.*; npm .*; git \d/);
  const { body } = await controller.api("GET", "/agents");
  expect((body as { agents: Agent[] }).agents).toEqual([]);
});

test("A token that the controller doesn't know, or that others can read, is told with what to do", async () => {
  const controller = await testController();
  const refused = await examine(agentFolder(controller, { token: "of another controller" }));
  expect(refused.exitCode).toBe(5);
  expect(refused.check("controller")).toMatchObject({ state: "failed", code: "AGENT_REFUSED" });
  expect(refused.check("clock")?.state).toBe("ok");
  const exposed = await examine(agentFolder(controller, { mode: 0o644 }));
  expect(exposed.exitCode).toBe(0);
  expect(exposed.check("token")).toMatchObject({
    state: "warning",
    found: expect.stringContaining("(mode 0644)"),
    next: expect.stringMatching(/^chmod 600 \//),
  });
  const text = JSON.stringify([refused.checks, exposed.checks]);
  for (const secret of [controller.agentToken, "of another controller"]) expect(text).not.toContain(secret);
});

test("A configuration that is broken is told by file and line, and the host is looked at all the same", async () => {
  const controller = await testController();
  const folder = agentFolder(controller, { more: "slots: many\nworkfolder: here\n" });
  const { exitCode, stdout } = await runCli(["doctor"], { folder });
  expect(exitCode).toBe(5);
  expect(stdout).toContain("agent.config.yaml:6:1: slots: expected a whole number");
  expect(stdout).toContain("agent.config.yaml:7:1: unknown key workfolder. Did you mean workFolder?");
  expect(stdout).toMatch(/^- Controller {6}No configuration says where it is\.$/m);
  expect(stdout).toMatch(/^\+ Programs {8}node/m);
  expect(stdout).toMatch(/^1 check failed, \d+ warnings?\.$/m);
  const missing = await runCli(["doctor", "--config", "nowhere.yaml"], { folder });
  expect(missing.exitCode).toBe(5);
  expect(missing.stdout).toContain("[CONFIG_FILE_UNREADABLE]");
});

test("A controller that isn't there, a full disk, and a work folder that can't be written are failures", async () => {
  const controller = await testController();
  const folder = agentFolder(controller, { more: "disk:\n  minFree: 9000000GiB\nworkFolder: /dev/null/work\n" });
  await controller.close();
  const { exitCode, check } = await examine(folder);
  expect(exitCode).toBe(5);
  expect(check("controller")).toMatchObject({ code: "CONTROLLER_UNREACHABLE" });
  expect(check("controller")?.found).toContain("ECONNREFUSED");
  expect(check("disk")).toMatchObject({ code: "DISK_NEARLY_FULL" });
  expect(check("work-folder")).toMatchObject({ code: "WORK_FOLDER_UNUSABLE" });
});

test("Without a configuration the host itself is looked at", async () => {
  const { exitCode, check } = await examine(temporaryFolder());
  expect(exitCode).toBe(0);
  expect(check("configuration")?.state).toBe("skipped");
  expect(check("controller")?.state).toBe("skipped");
  expect(check("token")).toBeUndefined();
  expect(check("programs")?.state).toBe("ok");
});

test("Without git nothing can be built, and that is a failure", async () => {
  const { exitCode, check } = await examine(temporaryFolder(), { PATH: "/nonexistent" });
  expect(exitCode).toBe(5);
  expect(check("programs")).toMatchObject({ state: "failed", code: "HOST_PROGRAMS_MISSING" });
  expect(check("programs")?.found).toContain("Not on the PATH of builds: node, npm, git.");
});

test("The Node that is asked for is the one of package.json", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${NEEDED_NODE}`);
});
