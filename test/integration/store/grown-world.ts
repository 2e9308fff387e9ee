import { randomBytes } from "node:crypto";
import type { Build } from "../../../src/protocol/api.ts";
import type { NewWebhook } from "../../../src/protocol/webhook-api.ts";
import { type TestController, temporaryFolder } from "../../support/controller.ts";
import { begunBuild, finishedBuild, sendFiles, sendLog } from "../../support/finished-build.ts";
import { type Person, person } from "../../support/people.ts";
import { QueueGround, xcode } from "../../support/queue-ground.ts";
import { Receiver } from "../../support/receiver.ts";
import { keystore } from "../../support/signing-files.ts";
import { invite, JoinedAgent } from "../controller/joining/ground.ts";

const MIB = 2 ** 20;
export const SECRETS = { KEY: "an-environment's-secret" };
const DEBUG = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
const SIGNED = { ...DEBUG, buildType: "release", securityProfile: "Play" };
const IOS = { kind: "package", platform: "ios", buildType: "simulator", commit: "main" };

export interface Running {
  id: number;
  lease: Awaited<ReturnType<typeof begunBuild>>["lease"];
  jobToken: string;
  /** What of its log has arrived. */
  log: string;
}

export interface World {
  agent: JoinedAgent;
  anna: Person;
  receiver: Receiver;
  webhook: Required<NewWebhook>;
  /** Nobody has joined with it yet. */
  invitation: { line: string };
  running: Running;
  /** A build in the queue that needs an environment and a signing profile. */
  waiting: number;
}

/** Puts a bit of everything into a controller: people, settings with secrets, and builds of all kinds and ends. */
export async function grownWorld(controller: TestController): Promise<World> {
  const ground = new QueueGround(controller);
  const anna = await person(controller, "anna@example.com", { default: "developer", team: "admin" });
  await person(controller, "ops@example.com", {}, true);
  const receiver = await Receiver.open();
  const webhook = await withSettings(ground, receiver);
  await anna.api("POST", "/tokens", { name: "ci", scopes: ["build"] });
  const agent = await macThatJoined(controller);
  await endedBuilds(controller, agent);
  const running = await runningBuild(controller, agent);
  const waiting = await ground.ask("demo", { ...SIGNED, environment: "Prod" });
  return { agent, anna, receiver, webhook, invitation: await invite(controller, { name: "host-2" }), running, waiting };
}

async function withSettings(ground: QueueGround, receiver: Receiver): Promise<Required<NewWebhook>> {
  const app = { name: "demo", gitUrl: "https://example.test/demo.git", gitUsername: "ci", gitPassword: "git-secret" };
  await ground.send("POST", "/apps", app);
  await ground.send("POST", "/apps?account=team", { name: "site", gitUrl: "https://example.test/site.git" });
  const files = { SERVICES: { fileName: "g.json", base64: Buffer.from("{}").toString("base64") } };
  await ground.send("PUT", "/environments/Prod", { variables: { API: "https://x.test" }, secrets: SECRETS, files });
  await ground.send("PUT", "/profiles/Play", { type: "production", android: keystore(temporaryFolder()) });
  await ground.send("PUT", "/native-configs/beta", { appName: "Shop ß 日本" });
  const automation = { name: "main", branches: ["main"], request: { kind: "deploy" } };
  for (const app of ["demo", "site"]) await ground.send("POST", `/apps/${app}/automations`, automation);
  await ground.send("POST", "/apps/demo/push-secret");
  return ground.send("POST", "/webhooks", { url: receiver.url() });
}

async function macThatJoined(controller: TestController): Promise<JoinedAgent> {
  const agent = await JoinedAgent.make(controller, "host-1");
  const platforms = agent.capability.platforms.map((each) => ({ ...each, supported: true, lacking: "" }));
  agent.capability = { ...agent.capability, os: "darwin", platforms, toolchains: [xcode("26.0")] };
  await agent.open("host-1", "m1", 4);
  return agent;
}

/** Ended well with files and a log of some MB, failed, cancelled before it began, and tried again. */
async function endedBuilds(controller: TestController, agent: JoinedAgent): Promise<void> {
  const apk = randomBytes(11 * MIB);
  const files = [
    { name: "demo.apk", kind: "apk" as const, bytes: apk },
    { name: "mapping.txt", kind: "mapping" as const, bytes: randomBytes(70_000) },
  ];
  await finishedBuild(controller, agent, { request: SIGNED, files, log: textOf(3 * MIB) });
  await finishedBuild(controller, agent, { request: IOS, files: files.slice(0, 1), log: "umlauts: äöü\n" });
  await finishedBuild(controller, agent, { files: [{ name: "www.zip", kind: "www", bytes: "a site" }] });
  const failed = await begunBuild(controller, agent, DEBUG);
  await agent.append(failed.lease, failed.jobToken, 0, "error: it breaks\n");
  const failure = { code: "BUILD_FAILED", blame: "user", what: "It broke.", why: "Because.", next: "Mend it." };
  const ended = { outcome: "failed", failure: Buffer.from(JSON.stringify(failure)) };
  await agent.complete(failed.lease, failed.jobToken, "error: it breaks\n", ended);
  const ground = new QueueGround(controller);
  const canceled = await ground.ask("site", {
    kind: "deploy",
    commit: "main",
    platform: undefined,
    buildType: undefined,
  });
  await ground.send("POST", `/builds/${canceled}/cancel`);
  const again = await ground.send<Build>("POST", `/builds/${failed.id}/retry`);
  await ground.send("POST", `/builds/${again.id}/cancel`);
}

async function runningBuild(controller: TestController, agent: JoinedAgent): Promise<Running> {
  const { id, lease, jobToken } = await begunBuild(controller, agent, DEBUG);
  const log = textOf(2 * MIB);
  await sendLog(agent, { lease, jobToken }, log);
  await agent.fetched(lease, jobToken, "a".repeat(40), "the commit's message");
  return { id, lease, jobToken, log };
}

/** The agent says that it is there, and takes nothing more. */
export async function sayHello({ agent, running: { lease } }: Pick<World, "agent" | "running">): Promise<void> {
  await agent.sync([{ lease, state: 4, step: "", cancelSeen: false }], 0);
}

/** Lines that are all different. */
export function textOf(bytes: number): string {
  const lines: string[] = [];
  for (let length = 0; length < bytes; ) {
    const line = `${lines.length} ${randomBytes(40).toString("hex")}\n`;
    lines.push(line);
    length += line.length;
  }
  return lines.join("").slice(0, bytes);
}

/** The build ends on whichever controller there is now, with another file and the rest of its log; answers the log. */
export async function goOn(agent: JoinedAgent, running: Running, bytes: Buffer): Promise<string> {
  const rest = textOf(100_000);
  await sendLog(agent, running, rest, running.log.length);
  const artifactIds = await sendFiles(agent, running, [{ name: "late.apk", kind: "apk", bytes }]);
  await agent.complete(running.lease, running.jobToken, running.log + rest, { artifactIds, lastEventSeq: 2 });
  return running.log + rest;
}
