import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LeaseRef } from "../../src/protocol/job-folder/spec.ts";
import { git } from "../demo/playground.mjs";
import { eventually } from "../support/eventually.ts";
import { holdSocket } from "../support/held-socket.ts";
import { IonicUser, installIonicClis } from "../support/ionic-clis.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";

test("ionic 5.4.16 follows a build to its end although the controller isn't there when it asks", async () => {
  await installIonicClis(["5.4.16"]);
  const folder = mkdtempSync(join(tmpdir(), "millwright-restart-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const controller = await holdSocket(folder);
  onTestFinished(() => controller.close());
  const headers = { authorization: `Bearer ${controller.adminToken}`, "content-type": "application/json" };
  const body = JSON.stringify({ name: "demo", gitUrl: "https://git.test/demo.git" });
  const added = await fetch(`${controller.httpUrl}/api/v1/apps`, { method: "POST", headers, body });
  const { id } = (await added.json()) as { id: string };
  const agent = new ScriptedAgent(controller);
  await agent.open();

  const person = new IonicUser("5.4.16", join(folder, "person"), controller.httpUrl, {
    IONIC_TOKEN: controller.adminToken,
  });
  const following = person.start(project(folder, id), ["package", "build", "android", "debug"]);
  const offer = () => agent.sync().then(({ offers }) => offers[0]?.lease);
  const lease: LeaseRef = await eventually("the build is offered", offer, 30_000);
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  const shown = (text: string) => eventually(`the CLI shows ${text}`, () => following.text().includes(text), 30_000);
  const say = async (from: number, text: string) => {
    await eventually("the agent is connected", () => agent.append(lease, jobToken, from, text), 30_000);
    return from + text.length;
  };
  const log = await say(0, "before the restart\n");
  await shown("before the restart");
  await controller.stop();
  await eventually("the CLI asks while no controller runs", () => controller.waiting() > 0, 20_000);
  await controller.start();
  await say(log, "after the restart\n");
  await shown("after the restart");
  const whole = "before the restart\nafter the restart\n";
  const failure = Buffer.from(JSON.stringify({ code: "JAVA_ERROR", blame: "user", what: "w", why: "y", next: "n" }));
  await agent.complete(lease, jobToken, whole, { outcome: "failed", failure });
  const ran = await following.ended;
  expect(ran.exit, ran.text).toBe(1);
  expect(ran.text.split(whole)).toHaveLength(2);
  expect(ran.text).toContain("Code:  JAVA_ERROR");
  expect(ran.text).toContain("Build failed");
  expect(ran.text).not.toMatch(/ECONN|socket hang up/);
});

/** A linked project with one commit. */
function project(folder: string, id: string): string {
  const own = join(folder, "demo");
  mkdirSync(own);
  writeFileSync(join(own, "ionic.config.json"), JSON.stringify({ name: "demo", type: "custom", integrations: {}, id }));
  git(own, "init", "--quiet", "--initial-branch=main");
  git(own, "add", "--all");
  git(own, "commit", "--quiet", "--message", "An app");
  return own;
}
