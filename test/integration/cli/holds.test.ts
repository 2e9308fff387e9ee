import { expect, test } from "vitest";
import { testController } from "../../support/controller.ts";
import { terminalTest } from "../../support/node-pty.ts";
import { person } from "../../support/people.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";
import { onTerminal } from "../../support/terminal.ts";
import { CLI, runCli, startCli, temporaryFolder } from "./run-cli.ts";

async function controllerWithApp() {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", null, "shop");
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  return { controller, ground, environment };
}

test("An agent is paused and resumed from the command line, and the list and explain say why", async () => {
  const { controller, ground, environment } = await controllerWithApp();
  const worker = await new Worker(controller, 1).open("tux");
  const run = (...words: string[]) => runCli(words, { environment });
  const paused = await run("agents", "pause", "tux", "--reason", "new kernel");
  expect(paused).toEqual({ exitCode: 0, stdout: "Paused tux: it gets no new builds.\n", stderr: "" });
  const id = await ground.ask("shop");
  expect(await worker.offered()).toEqual([]);
  const { stdout } = await run("agents");
  expect(stdout).toMatch(/^tux +paused +0 of 1 .* linux 12 x64 +0\.0\.0$/m);
  expect(stdout).toContain("\ntux is paused by admin, just now: new kernel\n");
  const explained = await run("explain", `${id}`);
  expect(explained.stdout).toMatch(/^tux +paused +yes +is paused by admin: new kernel$/m);
  expect(explained.stdout).toContain("  An operator lets tux go on: millwright agents resume tux\n");
  const resumed = await run("agents", "resume", "tux", "--json");
  expect(JSON.parse(resumed.stdout)).toMatchObject({ name: "tux", state: "ready" });
  expect(await worker.work()).toEqual([id]);
  expect((await run("agents", "resume", "tux")).stdout).toBe("tux gets builds again. It is busy.\n");
  expect((await run("audit", "--agent", "tux")).stdout).toMatch(/admin +written +agent +tux +paused: new kernel\n/);
});

test("drain --wait ends when the last build of the agent has ended, and not before", async () => {
  const { controller, ground, environment } = await controllerWithApp();
  const worker = await new Worker(controller, 2).open("tux");
  const ids = [await ground.ask("shop"), await ground.ask("shop")];
  expect(await worker.work()).toEqual(ids);
  const cli = startCli(["agents", "drain", "tux", "--reason", "move", "--wait"], { environment });
  await cli.printed(`Draining tux: it gets no new builds, and builds ${ids.join(", ")} go on.`);
  await worker.end(ids[0] ?? 0);
  const list = await runCli(["agents"], { environment });
  expect(list.stdout).toMatch(/^tux +draining +1 of 2 /m);
  expect(cli.child.exitCode).toBe(null);
  await worker.end(ids[1] ?? 0);
  expect(await cli.exitCode).toBe(0);
  expect(cli.stdout.toString()).toContain("\ntux is drained: nothing runs on it, and it gets no new builds.\n");
  expect((await runCli(["agents"], { environment })).stdout).toMatch(/^tux +drained /m);
  const again = await runCli(["agents", "drain", "tux", "--wait", "--json"], { environment });
  expect(JSON.parse(again.stdout)).toMatchObject({ hold: { kind: "drain", done: true, reason: "" } });
});

terminalTest("On a terminal the last line tells which builds are waited for, and nothing of it stays", async () => {
  const { controller, ground, environment } = await controllerWithApp();
  const worker = await new Worker(controller, 2).open("tux");
  const ids = [await ground.ask("shop"), await ground.ask("shop")];
  expect(await worker.work()).toEqual(ids);
  const env = { ...environment, TERM: "xterm", NO_COLOR: "1" };
  const words = [CLI, "agents", "drain", "tux", "--wait"];
  const terminal = await onTerminal(words, { cols: 70, rows: 10, cwd: temporaryFolder(), env });
  await terminal.see(`Draining tux, waiting for builds ${ids.join(", ")}  `);
  await worker.end(ids[0] ?? 0);
  await terminal.see(`waiting for build ${ids[1]}  `);
  await worker.end(ids[1] ?? 0);
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.raw().split("[J").at(-1)).toBe("tux is drained: nothing runs on it, and it gets no new builds.\r\n");
});

test("Waiting for a drained agent ends when somebody resumes it, and Ctrl-C leaves it held", async () => {
  const { controller, ground, environment } = await controllerWithApp();
  const worker = await new Worker(controller, 1).open("tux");
  const id = await ground.ask("shop");
  expect(await worker.work()).toEqual([id]);
  const drain = ["agents", "drain", "tux", "--wait"];
  const interrupted = startCli(drain, { environment });
  await interrupted.printed("Draining tux");
  interrupted.child.kill("SIGINT");
  expect(await interrupted.exitCode).toBe(130);
  expect(interrupted.stderr).toContain("tux gets no new builds until: millwright agents resume tux");
  const overtaken = startCli(drain, { environment });
  await overtaken.printed("Draining tux");
  await ground.send("DELETE", "/agents/tux/hold");
  expect(await overtaken.exitCode).toBe(2);
  expect(overtaken.stderr).toContain("[AGENT_RESUMED]");
});

test("Why an agent can't take a build is told for one or for all, and what isn't known is refused with what is", async () => {
  const { controller, environment } = await controllerWithApp();
  await new Worker(controller, 1).open("old", { mac: ["16.2"] });
  await new Worker(controller, 1).open("tux");
  const why = (...words: string[]) => runCli(["agents", "why", ...words], { environment });
  const one = await why("old", "--platform", "ios", "--target-platform", "Xcode 26.0");
  expect(one.stdout).toMatch(/^AGENT .*\nold +ready +no +has Xcode 16\.2\n$/);
  expect((await why("--platform", "android")).stdout).toMatch(/^AGENT .*\nold +ready +yes\ntux +ready +yes\n$/);
  const json = JSON.parse((await why("tux", "--platform", "ios", "--json")).stdout);
  expect(json).toEqual({ agents: [expect.objectContaining({ agent: "tux", fits: false, reason: "not a Mac" })] });
  const refused: [string[], string, string][] = [
    [["tox", "--platform", "ios"], "[NOT_FOUND]", "There are: old, tux."],
    [["--platform", "tv"], "[USAGE]", "The platforms are: android, ios, web"],
    [["--platform", "ios", "--target-platform", "Windows 95"], "[TARGET_PLATFORM_UNKNOWN]", "Windows 95"],
    [[], "[USAGE]", "--platform"],
  ];
  for (const [words, ...texts] of refused) {
    const { exitCode, stderr } = await why(...words);
    expect([exitCode, ...texts.map((text) => stderr.includes(text))], stderr).toEqual([2, true, true]);
  }
});

test("Who is no operator can't pause an agent, and an agent that there isn't is told with those that there are", async () => {
  const { controller, environment } = await controllerWithApp();
  await new Worker(controller, 1).open("tux");
  const anna = await person(controller, "anna@example.com", { team: "admin" });
  const asAnna = { ...environment, MILLWRIGHT_TOKEN: anna.token };
  const refused = await runCli(["agents", "pause", "tux"], { environment: asAnna });
  expect([refused.exitCode, refused.stderr.includes("[NOT_ALLOWED]")]).toEqual([2, true]);
  const unknown = await runCli(["agents", "drain", "tox"], { environment });
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("There are: tux.")]);
});
