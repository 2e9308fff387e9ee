import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/time/clock.ts";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { agentWithApp, finishedBuild } from "../../support/finished-build.ts";
import { Receiver } from "../../support/receiver.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

type Controller = Awaited<ReturnType<typeof testController>>;

function cliOf({ httpUrl, adminToken }: Controller, folder = temporaryFolder()) {
  const environment = { MILLWRIGHT_URL: httpUrl, MILLWRIGHT_TOKEN: adminToken };
  return (...words: string[]) => runCli(words, { environment, folder });
}

test("webhooks are added, listed, tested, looked at, sent again, changed and removed", async () => {
  const controller = await testController({ webhookRetryMs: [] });
  const receiver = await Receiver.open();
  const agent = await agentWithApp(controller);
  const folder = temporaryFolder();
  const cli = cliOf(controller, folder);
  expect((await cli("webhooks")).stderr).toContain("No webhooks");
  const added = await cli("webhooks", "add", receiver.url(), "--app", "demo");
  expect(added).toMatchObject({ exitCode: 0, stderr: "" });
  const [, id = "", secret = ""] = /webhook (w\w+): [\s\S]*not shown again: (\S+)/.exec(added.stdout) ?? [];
  expect(secret).toHaveLength(43);
  const listed = await cli("webhooks", "list");
  expect(listed.stdout).toContain(`${id}  demo  on     ${receiver.url()}`);
  expect(listed.stdout).not.toContain(secret);

  expect(await cli("webhooks", "ping", id)).toMatchObject({ exitCode: 0, stdout: "Delivered: it answered 200.\n" });
  receiver.answer = (response) => void response.writeHead(418).end();
  const refused = await cli("webhooks", "ping", id);
  expect(refused).toMatchObject({ exitCode: 1, stderr: "Not delivered: It answered 418.\n" });
  await finishedBuild(controller, agent);
  const deliveries = await eventually("the delivery has failed", async () => {
    const { stdout } = await cli("webhooks", "deliveries", id, "--state", "failed");
    return stdout.includes("build 1") ? stdout : undefined;
  });
  const [, delivery = ""] = /(\d+) {2}\S+ \S+ {2}build 1 {2}failed +1 +418 {2}It answered 418\./.exec(deliveries) ?? [];
  receiver.answer = (response) => void response.writeHead(200).end();
  expect((await cli("webhooks", "again", delivery)).stdout).toMatch(/^Delivery \d+ sends it again/);
  await eventually("it was sent again", () => receiver.received.length === 4);

  writeFileSync(join(folder, "secret.txt"), "a-secret-of-my-own\n");
  const changed = await cli("webhooks", "set", id, "--disable", "--secret-file", "secret.txt");
  expect(changed.stdout).toContain("when it is switched on");
  expect((await cli("webhooks", "set", id, "--enable", "--disable")).exitCode).toBe(2);
  expect((await cli("webhooks", "set", id)).stderr).toContain("nothing to change");
  expect((await cli("webhooks", "add")).stderr).toContain("webhooks add URL");
  expect((await cli("webhooks", "remove", id)).stdout).toBe(`Removed the webhook ${id}.\n`);
  expect((await cli("webhooks", "ping", id)).exitCode).toBe(2);
});

test("limits of an app are set and shown; what was kept long enough is said to be removed", async () => {
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => systemClock.monotonic() };
  const controller = await testController({ retentionMs: 20 }, undefined, undefined, { clock });
  const agent = await agentWithApp(controller);
  const cli = cliOf(controller);
  const set = await cli(
    "apps",
    "set",
    "demo",
    "--keep-artifacts-days",
    "30",
    "--keep-logs-days",
    "31",
    "--timeout-minutes",
    "90",
  );
  expect(set.stdout).toContain("files 30 d, log 31 d, 90 min");
  expect((await cli("apps", "list")).stdout).toContain("files 30 d, log 31 d, 90 min");
  expect((await cli("apps", "set", "demo", "--keep-logs-days", "0")).exitCode).toBe(2);
  expect((await cli("apps", "set", "demo", "--timeout-minutes", "default")).stdout).toContain("files 30 d, log 31 d\n");

  await finishedBuild(controller, agent, { files: [{ name: "demo.zip", kind: "www", bytes: "x" }], log: "a log\n" });
  aheadMs = 40 * 86_400_000;
  await eventually("all is removed", async () => {
    const build = await controller.build(1);
    return build.artifactsRemovedAt && build.logRemovedAt;
  });
  const download = await cli("download", "1");
  expect(download).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("ARTIFACT_REMOVED") });
  expect(download.stderr).toContain("The file demo.zip of build 1 was removed.");
  expect(await cli("logs", "1")).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr: expect.stringContaining("LOG_REMOVED"),
  });
  const shown = (await cli("builds", "show", "1")).stdout;
  expect(shown).toMatch(/Its files were removed on \d{4}-\d\d-\d\d\.\nIts log was removed on/);
});
