import { execFileSync } from "node:child_process";
import type { KeyObject } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { certificateOf, keptCertificate } from "../../../../src/agent/connection/certificate-file.ts";
import { bearer, ControllerClient, call } from "../../../../src/agent/connection/controller-client.ts";
import { makeHostKey, readKey } from "../../../../src/agent/connection/host-key.ts";
import { refusalOf } from "../../../../src/agent/connection/refusals.ts";
import type { ShownCertificate, Trust } from "../../../../src/agent/connection/trust.ts";
import { writeAssertion } from "../../../../src/protocol/key-assertion.ts";
import { wrongInLog } from "../../../faults/log-oracle.ts";
import { Repository } from "../../../faults/repository.ts";
import { type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { ScriptedAgent, trusting } from "../../../support/scripted-agent.ts";
import { runCli } from "../../cli/run-cli.ts";
import { failureOf, invite, JoinedAgent, join as joinHost, shownAgent } from "./ground.ts";
import { joinedHost, startDaemon } from "./hosts.ts";

const required = { grpcClientCerts: "required" } as const;
const codeOf = async (promise: Promise<unknown>) => (await failureOf(promise, refusalOf)).code;

function clientOf(controller: TestController, shown?: ShownCertificate): ControllerClient {
  const believed = trusting(controller);
  const trust: Trust = believed.tls && shown ? { ...believed, shown } : believed;
  const client = new ControllerClient(controller.grpcAddress, [], trust);
  onTestFinished(() => client.close());
  return client;
}

/** A certificate as a host with this key gets it. */
async function certificate(controller: TestController, key: KeyObject): Promise<ShownCertificate> {
  const { enrollment } = clientOf(controller);
  const request = { assertion: writeAssertion(key, Date.now()) };
  const { certificatePem } = await call(enrollment.getCertificate.bind(enrollment), request, "");
  return { certificate: certificatePem, key: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

async function tokenOf({ enrollment }: ControllerClient, key: KeyObject): Promise<string> {
  const request = { assertion: writeAssertion(key, Date.now()) };
  return (await call(enrollment.getAccessToken.bind(enrollment), request, "")).accessToken;
}

/** A heartbeat of a session that there isn't: it shows whether the caller is taken. */
function heartbeat({ control }: ControllerClient, token: string): Promise<unknown> {
  const state = {
    sessionId: "none",
    sessionEpoch: 0,
    state: 1 as const,
    unhealthyReasons: [],
    freeSlots: 0,
    leases: [],
  };
  return call(control.sync.bind(control), { ...state, capability: undefined, diskFreeBytes: 0 }, token);
}

test("a host joins without a certificate, gets one for seven days, and is taken; with none or another's nothing is taken", async () => {
  const controller = await testController({}, undefined, undefined, required);
  const key = makeHostKey().key;
  const joined = await joinHost(await invite(controller), "host-1", key);
  const given = certificateOf(joined.certificatePem, key);
  expect(((given?.to ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(7, 1);
  const other = makeHostKey().key;
  await joinHost(await invite(controller), "host-2", other);
  const shown = await certificate(controller, key);
  const mine = clientOf(controller, shown);
  const token = await tokenOf(mine, key);
  await heartbeat(mine, token);

  const bare = clientOf(controller);
  const theirs = clientOf(controller, await certificate(controller, other));
  const failure = await failureOf(tokenOf(bare, key), refusalOf);
  expect(failure).toMatchObject({ code: "CLIENT_CERTIFICATE_REFUSED", why: expect.stringContaining("shows none") });
  for (const client of [bare, theirs]) {
    expect(await codeOf(heartbeat(client, token))).toBe("CLIENT_CERTIFICATE_REFUSED");
    const stream = client.control.watch({ sessionId: "", sessionEpoch: 0 }, bearer(token));
    const cut = new Promise((resolve) => void stream.on("error", resolve).on("data", () => {}));
    expect(refusalOf(await cut)?.code).toBe("CLIENT_CERTIFICATE_REFUSED");
  }
  const stranger = makeHostKey();
  const own = await testController({}, undefined, undefined, required);
  await joinHost(await invite(own), "host-1", stranger.key);
  const foreign = clientOf(controller, await certificate(own, stranger.key));
  expect(await codeOf(heartbeat(foreign, token))).toBe("CLIENT_CERTIFICATE_REFUSED");
  expect(await codeOf(new ScriptedAgent(controller).open())).toBe("CLIENT_CERTIFICATE_REFUSED");

  expect((await controller.api("POST", "/agents/host-1/revoke")).status).toBe(204);
  expect(await codeOf(heartbeat(mine, token))).toBe("AGENT_REVOKED");
  expect(await codeOf(certificate(controller, key))).toBe("AGENT_REVOKED");
});

test("the token of a job is good for nothing on a connection of another host", async () => {
  const controller = await testController({}, undefined, undefined, required);
  const [key, other] = [makeHostKey().key, makeHostKey().key];
  await joinHost(await invite(controller), "host-1", key);
  await joinHost(await invite(controller), "host-2", other);
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  await controller.api("POST", "/apps/demo/builds", {
    kind: "package",
    platform: "android",
    buildType: "debug",
    commit: "main",
  });
  const agent = new ScriptedAgent(controller);
  const mine = clientOf(controller, await certificate(controller, key));
  Object.assign(agent, { client: mine, token: await tokenOf(mine, key) });
  await agent.open();
  const lease = (await agent.sync()).offers[0]?.lease;
  if (!lease) throw new Error("no build was offered");
  const { jobToken } = await agent.accept(lease);
  for (const shown of [undefined, await certificate(controller, other)]) {
    Object.assign(agent, { client: clientOf(controller, shown) });
    expect(await codeOf(agent.begin(lease, jobToken))).toBe("CLIENT_CERTIFICATE_REFUSED");
    expect(await codeOf(agent.append(lease, jobToken, 0, "text"))).toBe("CLIENT_CERTIFICATE_REFUSED");
  }
  Object.assign(agent, { client: mine });
  await agent.begin(lease, jobToken);
  expect(await agent.append(lease, jobToken, 0, "text")).toBe(4);
});

test("an agent with a certificate is taken, and one without, where they are optional; a wrong one isn't", async () => {
  const controller = await testController({}, undefined, undefined, { grpcClientCerts: "optional" });
  const agent = await JoinedAgent.make(controller, "host-1");
  await agent.open();
  await new ScriptedAgent(controller).open("shared");
  const other = await JoinedAgent.make(controller, "host-2");
  const theirs = clientOf(controller, await certificate(controller, other.key));
  expect(await codeOf(heartbeat(theirs, agent.token))).toBe("CLIENT_CERTIFICATE_REFUSED");
  await heartbeat(clientOf(controller, await certificate(controller, agent.key)), agent.token);
});

test("an agent renews its certificate before it ends, without a restart and in the middle of a build; doctor and metrics tell", async () => {
  const lifeMs = 6_000;
  const timing = { syncIdleMs: 300, accessTokenMs: 4_000 };
  const controller = await testController(timing, undefined, undefined, { ...required, clientCertificateMs: lifeMs });
  const { folder } = await joinedHost(controller, "one");
  rmSync(join(folder, "agent.cert.pem")); // as of a host that joined before certificates were required
  const daemon = startDaemon(folder);
  const seen = async () => Date.parse((await shownAgent(controller, "one")).lastContactAt);
  await eventually("it is ready", async () => (await shownAgent(controller, "one")).state === "ready", 60_000);
  const first = keptCertificate(join(folder, "agent.key"), readKey(join(folder, "agent.key")));
  const repository = new Repository(join(temporaryFolder(), "app.git"));
  await controller.api("POST", "/apps", { name: "app", gitUrl: repository.folder });
  const plan = { seed: "renewed", logBytes: 100_000, lineBytes: 100, binary: false, ms: 2.5 * lifeMs, files: [1000] };
  repository.commit({ ...plan, behaviour: "plain" });
  const begun = await controller.api("POST", "/apps/app/builds", { kind: "deploy", commit: "renewed" });
  const { id } = begun.body as { id: number };
  const ended = async () => (await controller.build(id)).finishedAt !== undefined;
  await eventually("the build has gone on for more than two lives of a certificate", ended, 120_000);
  expect(await controller.build(id)).toMatchObject({ status: "success", attempt: 1 });
  const log = await fetch(`${controller.httpUrl}/api/v1/builds/${id}/log`, {
    headers: { authorization: `Bearer ${controller.adminToken}` },
  });
  expect(wrongInLog(Buffer.from(await log.arrayBuffer()), { ...plan, behaviour: "plain" }, true)).toEqual([]);
  const last = keptCertificate(join(folder, "agent.key"), readKey(join(folder, "agent.key")));
  expect((last?.to ?? 0) - (first?.to ?? 0)).toBeGreaterThan(lifeMs);
  expect(daemon.log().match(/a client certificate was given out/g)?.length).toBeGreaterThan(2);
  const health = /"health":"([^"]+)"/.exec(daemon.log())?.[1] ?? "";
  const metrics = await (await fetch(`${health}/metrics`)).text();
  expect(metrics).toMatch(/millwright_agent_client_certificate_expiry_timestamp_seconds\{certificate="client"\} \d+/);
  const doctor = await runCli(["doctor", "--json"], { folder });
  const { checks } = JSON.parse(doctor.stdout) as { checks: { id: string; state: string; found: string }[] };
  expect(checks.find(({ id }) => id === "certificate")).toMatchObject({ state: "ok" });
  expect(checks.find(({ id }) => id === "controller")).toMatchObject({ state: "ok" });
  const ran = await runCli(["agent", "rotate-key"], { folder });
  expect(ran.exitCode).toBe(0);
  const rotatedAt = Date.now();
  await eventually("it goes on with the new key", async () => (await seen()) > rotatedAt + 1_000, 60_000);
}, 240_000);

test("an operator's CA signs them, ECDSA or RSA; a CA that can't is refused at the start", async () => {
  for (const kind of [
    ["-newkey", "rsa:2048"],
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  ]) {
    const folder = temporaryFolder();
    const files = { grpcClientCa: join(folder, "ca.pem"), grpcClientCaKey: join(folder, "ca.key") };
    const name = ["-subj", "/C=NL/O=Example/CN=Agents", "-addext", "keyUsage=critical,keyCertSign"];
    const out = ["-nodes", "-days", "30", "-keyout", files.grpcClientCaKey, "-out", files.grpcClientCa];
    execFileSync("openssl", ["req", "-x509", ...kind, ...name, ...out], { stdio: "pipe" });
    const controller = await testController({}, undefined, undefined, { ...required, ...files });
    const key = makeHostKey().key;
    await joinHost(await invite(controller), "host-1", key);
    const client = clientOf(controller, await certificate(controller, key));
    await heartbeat(client, await tokenOf(client, key));
    const swapped = { grpcClientCa: files.grpcClientCa, grpcClientCaKey: join(controller.data, "tls/server.key") };
    const broken = testController({}, undefined, undefined, { ...required, ...swapped });
    await expect(broken).rejects.toThrow(/TLS_CERTIFICATE_UNUSABLE/);
  }
});

test("half a CA, an unknown word, and certificates without TLS are refused at once", async () => {
  for (const [words, said] of [
    [["--grpc-client-certs", "maybe"], "required, optional, off"],
    [["--grpc-client-ca", "a.pem"], "belong together"],
    [["--grpc-client-certs", "required", "--insecure-grpc"], "needs TLS"],
  ] as const) {
    expect(await runCli(["controller", ...words])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(said),
    });
  }
});
