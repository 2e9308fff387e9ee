import { call } from "../../src/agent/connection/controller-client.ts";
import type { LeaseRef } from "../../src/protocol/job-folder/spec.ts";
import { STEPS } from "../../src/protocol/steps.ts";
import type { TestController } from "./controller.ts";
import { agentWithApp, begunBuild, sendFiles } from "./finished-build.ts";
import { Worker } from "./queue-ground.ts";
import type { ScriptedAgent } from "./scripted-agent.ts";

const SECOND = 1000;

export interface PageGround {
  success: number;
  failed: number;
  running: number;
  queued: number;
}

const FAILURE = {
  code: "NPM_PACKAGE_MISSING",
  blame: "user",
  what: "npm doesn't find the package left-pad-typo.",
  why: "package.json names it, and the registry has none of that name.",
  next: "Correct the name in package.json and commit it with the lock file.",
  step: "install",
  detail: "npm error 404  'left-pad-typo@^1.0.0' is not in this registry.",
};

/** A controller as teams have it after a while: builds of every status, agents of every kind. */
export async function fillController(controller: TestController): Promise<PageGround> {
  const agent = await agentWithApp(controller);
  await new Worker(controller, 2).open("mini-1", { mac: ["26.0", "16.4"], names: ["macOS - 2026.10 (Xcode 26.0)"] });
  const settings = [
    ["PUT", "/environments/production", { variables: { API: "https://api.example.test" }, secrets: { KEY: "hidden" } }],
    ["PUT", "/native-configs/shop", { appName: "Shop", bundleId: "com.example.shop" }],
    ["POST", "/webhooks", { url: "https://chat.example.test/hook" }],
    ["PUT", "/target-platforms/Linux%20-%202026.10", { os: "linux", preferred: true }],
  ] as const;
  for (const [method, path, body] of settings) await controller.api(method, path, body);
  const success = await endedBuild(controller, agent, "success");
  const failed = await endedBuild(controller, agent, "failed");
  const { id: running, lease, jobToken } = await begunBuild(controller, agent, ANDROID);
  await steps(agent, { lease, jobToken }, 5, "ok", false);
  await agent.append(lease, jobToken, 0, logText(5, "still at it"));
  const asked = await controller.api("POST", "/apps/demo/builds", {
    ...ANDROID,
    platform: "ios",
    buildType: "simulator",
  });
  return { success, failed, running, queued: (asked.body as { id: number }).id };
}

const ANDROID = { kind: "package", platform: "android", buildType: "debug", commit: "main", environment: "production" };

async function endedBuild(controller: TestController, agent: ScriptedAgent, outcome: "success" | "failed") {
  const build = await begunBuild(controller, agent, ANDROID);
  const failed = outcome === "failed";
  const count = failed ? 5 : STEPS.length;
  const log = logText(count, failed ? FAILURE.detail : "BUILD SUCCESSFUL in 41s");
  const lastEventSeq = await steps(agent, build, count, failed ? "failed" : "ok", true);
  const files = failed ? [] : [{ name: "demo-1.2.0-debug.apk", kind: "apk" as const, bytes: "an apk" }];
  const artifactIds = await sendFiles(agent, build, files);
  await agent.append(build.lease, build.jobToken, 0, log);
  const failure = Buffer.from(failed ? JSON.stringify(FAILURE) : "");
  await agent.complete(build.lease, build.jobToken, log, { outcome, failure, artifactIds, lastEventSeq });
  return build.id;
}

/** Reports the first `count` steps; the last one ends as `outcome` says, or goes on. Answers the number of the last event. */
async function steps(
  agent: ScriptedAgent,
  { lease, jobToken }: { lease: LeaseRef; jobToken: string },
  count: number,
  outcome: string,
  ended: boolean,
): Promise<number> {
  const begun = Date.now() - count * 7 * SECOND;
  const all = STEPS.slice(0, count).flatMap(([step, title], index) => {
    const atMs = begun + index * 7 * SECOND;
    const last = index === count - 1;
    const start = { atMs, kind: "step-started", step, title, outcome: "", detail: "" };
    const end = { ...start, atMs: atMs + 6 * SECOND, kind: "step-finished", outcome: last ? outcome : "ok" };
    return last && !ended ? [start] : [start, end];
  });
  const events = all.map((event, index) => ({ ...event, seq: index + 2 }));
  const client = agent.client.lease;
  await call(client.reportEvents.bind(client), { lease, events }, jobToken);
  return events.length + 1;
}

function logText(count: number, last: string): string {
  const parts = STEPS.slice(0, count).map(([, title]) => {
    const lines = Array.from({ length: 30 }, (_, index) => `  \u001b[32mok\u001b[39m ${index + 1} of 30 done`);
    return `\n▸ ${title}\n${lines.join("\n")}\n`;
  });
  return `${parts.join("")}${last}\n`;
}
