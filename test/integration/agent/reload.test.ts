import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Agent } from "../../../src/protocol/api.ts";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { CLI, temporaryFolder } from "../cli/run-cli.ts";

type Line = Record<string, unknown> & { msg: string };

/** A real agent of a controller in this process; `configure` writes its file, with these lines behind what it needs. */
async function runningAgent() {
  const controller = await testController();
  const folder = temporaryFolder();
  const file = join(folder, "agent.yaml");
  const fixed = `controller:
  address: ${controller.grpcAddress}
  caFile: ${join(controller.data, "ca.pem")}
  tokenFile: ${join(controller.data, "agent.token")}
workFolder: work
http: { address: "127.0.0.1:0" }
`;
  const configure = (more: string) => writeFileSync(file, `${fixed}${more}`);
  configure("name: tux\nslots: 1\n");
  const child = spawn(process.execPath, [CLI, "agent", "--config", file], { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(async () => {
    child.kill("SIGQUIT");
    await eventually("the agent has ended", () => child.exitCode !== null || child.signalCode !== null);
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const lines = () =>
    said.split("\n").flatMap((line) => (line.startsWith("{") && line.endsWith("}") ? [JSON.parse(line) as Line] : []));
  const line = (text: string, nth = 0) =>
    eventually(`"${text}" is in the log`, () => lines().filter(({ msg }) => msg === text)[nth]);
  const agent = async () => ((await controller.api("GET", "/agents")).body as { agents: Agent[] }).agents[0];
  const until = (what: string, is: (agent: Agent) => boolean) =>
    eventually(what, async () => {
      const now = await agent();
      return now !== undefined && is(now);
    });
  const ready = await line("the agent is ready");
  const metrics = async () => (await fetch(`${String(ready["health"])}/metrics`)).text();
  await until("it is ready", ({ state }) => state === "ready");
  return { file, configure, reload: () => child.kill("SIGHUP"), line, lines, until, metrics };
}

test("What can change at once does: slots, log level, target platforms; what needs a restart is told everywhere", async () => {
  const { configure, reload, line, lines, until, metrics } = await runningAgent();
  configure('name: other\nslots: 3\ntargetPlatforms: ["Blue"]\nlog: { level: debug }\ndisk: { keepDays: 7 }\n');
  reload();
  expect(await line("the configuration was read anew")).toMatchObject({
    changed: ["slots", "targetPlatforms", "disk.keepDays", "log.level"],
    needRestart: ["name"],
    agent: "tux",
  });
  expect(await line("some of the new configuration waits for a restart")).toMatchObject({ needRestart: ["name"] });
  await until("the controller knows the slots", ({ slots }) => slots === 3);
  await until("it knows the names", ({ targetPlatforms }) => targetPlatforms.includes("Blue"));
  await until(
    "it is told what waits",
    ({ state, reasons }) => state === "ready" && /restarted .* new name/.test(reasons.join()),
  );
  expect(await metrics()).toMatch(/^millwright_agent_config_restart_keys 1$/m);
  configure("name: tux\nslots: 1\nlog: { level: error }\n");
  reload();
  await until("the old name is no news", ({ slots, reasons }) => slots === 1 && reasons.length === 0);
  expect(await metrics()).toMatch(/^millwright_agent_config_restart_keys 0$/m);
  const anew = lines().filter(({ msg }) => msg === "the configuration was read anew");
  expect(anew).toHaveLength(1); // the second is below the level that it brought
});

test("A broken file changes nothing, and is told with file and line until it is mended", async () => {
  const { file, configure, reload, line, until, metrics } = await runningAgent();
  configure("name: tux\nslots: many\n");
  reload();
  const broken = await line("the new configuration is broken; the old one stays");
  expect(broken["failure"]).toMatchObject({
    code: "CONFIG_INVALID",
    why: `${file}:8:1: slots: expected a whole number`,
  });
  await until("people are told", ({ state, reasons }) => state === "ready" && reasons.join().includes(`${file}:8:1`));
  expect(await metrics()).toMatch(/^millwright_agent_config_broken 1$/m);
  configure("name: tux\nslots: 2\n");
  reload();
  await until("it is mended", ({ slots, reasons }) => slots === 2 && reasons.length === 0);
  expect(await metrics()).toMatch(/^millwright_agent_config_broken 0$/m);
  expect(await metrics()).toContain('millwright_agent_config_reloads_total{result="broken"} 1');
});
