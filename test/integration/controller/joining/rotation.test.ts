import type { KeyObject } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ControllerClient, call } from "../../../../src/agent/connection/controller-client.ts";
import { makeHostKey, nameOf, nextKeyFile, readKey } from "../../../../src/agent/connection/host-key.ts";
import { refusalOf } from "../../../../src/agent/connection/refusals.ts";
import { rotateKey } from "../../../../src/agent/connection/rotate-key.ts";
import { hardwareMark } from "../../../../src/agent/host/identity.ts";
import { publicKeyDer, signReplacement, writeAssertion } from "../../../../src/protocol/key-assertion.ts";
import { type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { trusting } from "../../../support/scripted-agent.ts";
import { runCli } from "../../cli/run-cli.ts";
import { failureOf, invite, JoinedAgent, shownAgent } from "./ground.ts";
import { joinedHost, startDaemon } from "./hosts.ts";

/** The mark of this machine, which it says too when it joins. */
const HERE = `m1.${hardwareMark() || "aaaa"}`;

function clientOf(controller: TestController): ControllerClient {
  const client = new ControllerClient(controller.grpcAddress, [], trusting(controller));
  onTestFinished(() => client.close());
  return client;
}

/** Whether the controller gives out tokens for this key, or why not. */
async function taken(controller: TestController, key: KeyObject): Promise<string> {
  const { enrollment } = clientOf(controller);
  const request = { assertion: writeAssertion(key, Date.now()) };
  return call(enrollment.getAccessToken.bind(enrollment), request, "").then(
    () => "taken",
    (error: unknown) => refusalOf(error)?.code ?? String(error),
  );
}

async function host(controller: TestController, name = "host-1") {
  const { line } = await invite(controller);
  const folder = temporaryFolder();
  expect((await runCli(["agent", "join", line, "--name", name], { folder })).exitCode).toBe(0);
  return { folder, keyFile: join(folder, "agent.key") };
}

const rotate = (controller: TestController, keyFile: string) =>
  rotateKey({ address: controller.grpcAddress, keyFile }, clientOf(controller));

test("a key is replaced by a command while the agent runs: the old one is good for nothing, the agent goes on", async () => {
  const controller = await testController({ syncIdleMs: 200 });
  const { folder } = await joinedHost(controller, "one");
  const daemon = startDaemon(folder);
  const isReady = async () => (await shownAgent(controller, "one")).state === "ready";
  await eventually("it is ready", isReady, 60_000);
  const old = readKey(join(folder, "agent.key"));
  const before = await shownAgent(controller, "one");
  const ran = await runCli(["agent", "rotate-key", "--json"], { folder });
  expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(nameOf(old)) });
  const fresh = readKey(join(folder, "agent.key"));
  expect(nameOf(fresh)).not.toBe(nameOf(old));
  expect(await taken(controller, old)).toBe("AGENT_KEY_REPLACED");
  await eventually(
    "the agent uses the new one",
    async () => {
      const { key, state } = await shownAgent(controller, "one");
      return state === "ready" && Date.parse(key?.lastUsedAt ?? "") > Date.parse(key?.madeAt ?? "");
    },
    60_000,
  );
  expect(await shownAgent(controller, "one")).toMatchObject({ id: before.id, key: { joinedAt: before.key?.joinedAt } });
  expect((await shownAgent(controller, "one")).key?.madeAt).not.toBe(before.key?.madeAt);
  expect(daemon.log()).not.toContain("AGENT_KEY_REPLACED");
  const { entries } = (await controller.api("GET", "/audit")).body as { entries: { name: string; detail: string }[] };
  expect(entries).toContainEqual(
    expect.objectContaining({ name: "one", detail: expect.stringMatching(/was replaced by/) }),
  );
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  const shown = await runCli(["agents", "show", "one"], { environment });
  expect(shown.stdout).toMatch(/Key +0 days old \(made \d{4}-\d\d-\d\d\), used just now/);
}, 120_000);

test("an attempt that ends at any point leaves a key that works, and the next one ends it", async () => {
  const controller = await testController();
  const { keyFile } = await host(controller);
  const next = nextKeyFile(keyFile);
  const { enrollment } = clientOf(controller);
  const announce = (of: KeyObject, by: KeyObject) => {
    const newPublicKey = publicKeyDer(by);
    const [signature, proof] = [signReplacement(of, newPublicKey), signReplacement(by, newPublicKey)];
    const request = { assertion: writeAssertion(of, Date.now()), newPublicKey, signature, proof };
    return call(enrollment.rotateCredential.bind(enrollment), request, "");
  };
  // Ended when the new key was written, and the controller knew nothing of it.
  writeFileSync(next, makeHostKey().pem);
  const written = readKey(next);
  expect(await taken(controller, written)).toBe("AGENT_REFUSED");
  expect(await taken(controller, readKey(keyFile))).toBe("taken");
  // Ended when it was announced: the old one is good; the new one too, and by its first use alone.
  await announce(readKey(keyFile), written);
  expect(await taken(controller, readKey(keyFile))).toBe("taken");
  expect((await shownAgent(controller, "host-1")).key).toMatchObject({ replacing: true });
  await announce(readKey(keyFile), written);
  expect((await rotate(controller, keyFile)).after).toBe(nameOf(written));
  expect([existsSync(next), nameOf(readKey(keyFile))]).toEqual([false, nameOf(written)]);
  // Ended when the new one was used, and not yet in its place.
  writeFileSync(next, makeHostKey().pem);
  const used = readKey(next);
  await announce(written, used);
  expect(await taken(controller, used)).toBe("taken");
  expect(await taken(controller, written)).toBe("AGENT_KEY_REPLACED");
  const again = await rotate(controller, keyFile);
  expect([again.after, nameOf(readKey(keyFile)), existsSync(next)]).toEqual([nameOf(used), nameOf(used), false]);
  expect(await taken(controller, used)).toBe("taken");
});

test("an agent that starts after its key was used but not put in its place takes it up", async () => {
  const controller = await testController({ syncIdleMs: 200 });
  const { folder } = await joinedHost(controller, "one");
  const keyFile = join(folder, "agent.key");
  copyFileSync(keyFile, join(folder, "old.key"));
  await rotate(controller, keyFile);
  const fresh = nameOf(readKey(keyFile));
  renameSync(keyFile, nextKeyFile(keyFile));
  copyFileSync(join(folder, "old.key"), keyFile);
  startDaemon(folder);
  await eventually("it is ready", async () => (await shownAgent(controller, "one")).state === "ready", 60_000);
  expect([nameOf(readKey(keyFile)), existsSync(nextKeyFile(keyFile))]).toEqual([fresh, false]);
}, 120_000);

test("an old key is replaced by the agent itself", async () => {
  const controller = await testController({ syncIdleMs: 200, agentKeyMaxAgeMs: 1 });
  const { folder } = await joinedHost(controller, "one");
  const first = nameOf(readKey(join(folder, "agent.key")));
  const daemon = startDaemon(folder);
  await eventually("it is another", () => nameOf(readKey(join(folder, "agent.key"))) !== first, 60_000);
  await eventually("it is ready", async () => (await shownAgent(controller, "one")).state === "ready", 60_000);
  await eventually("it is told", () => daemon.log().includes("has been replaced"), 60_000);
  const left = () => readdirSync(folder).filter((name) => /next|rotating/.test(name));
  await eventually("nothing is left of it", () => left().length === 0, 60_000);
}, 120_000);

test("only the holder of the key can announce another, which must be new; not a revoked one, nor one in quarantine", async () => {
  const controller = await testController();
  const agent = await JoinedAgent.make(controller, "host-1");
  const other = await JoinedAgent.make(controller, "host-2");
  const stranger = makeHostKey().key;
  const { enrollment } = agent.client;
  const announce = async (signer: KeyObject, next: KeyObject, prover = next) => {
    const newPublicKey = publicKeyDer(next);
    const [signature, proof] = [signReplacement(signer, newPublicKey), signReplacement(prover, newPublicKey)];
    const request = { assertion: writeAssertion(agent.key, Date.now()), newPublicKey, signature, proof };
    return (await failureOf(call(enrollment.rotateCredential.bind(enrollment), request, ""), refusalOf)).code;
  };
  expect(await announce(stranger, stranger)).toBe("MESSAGE_REFUSED");
  expect(await announce(agent.key, stranger, agent.key)).toBe("MESSAGE_REFUSED");
  expect(await announce(agent.key, other.key)).toBe("MESSAGE_REFUSED");
  expect(await announce(agent.key, agent.key)).toBe("MESSAGE_REFUSED");
  await agent.open("", HERE);
  const copy = await JoinedAgent.withKey(controller, agent.key);
  copy.instanceId = "p2";
  expect((await failureOf(copy.open("", "m2.bbbb"), refusalOf)).code).toBe("AGENT_QUARANTINED");
  expect(await announce(agent.key, makeHostKey().key)).toBe("AGENT_QUARANTINED");
  await controller.api("POST", "/agents/host-1/revoke");
  expect(await announce(agent.key, makeHostKey().key)).toBe("AGENT_REVOKED");
});

test("without a key of its own there is nothing to replace, and a key that somebody else replaced is told as that", async () => {
  const controller = await testController();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "agent.config.yaml"), `controller:\n  address: ${controller.grpcAddress}\n`);
  const shared = await runCli(["agent", "rotate-key", "--json"], { folder });
  expect(shared).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("KEY_NOT_ROTATED") });
  const { keyFile, folder: joined } = await host(controller);
  const stolen = join(temporaryFolder(), "stolen.key");
  copyFileSync(keyFile, stolen);
  await rotate(controller, stolen);
  const failure = await runCli(["agent", "rotate-key", "--json"], { folder: joined });
  expect(failure).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("AGENT_KEY_REPLACED") });
  const daemon = startDaemon(joined);
  expect(await daemon.ended).toBe(2);
  expect(readFileSync(join(joined, "agent.log"), "utf8")).toContain("AGENT_KEY_REPLACED");
});
