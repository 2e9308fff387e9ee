import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { ControllerClient } from "../../../../src/agent/connection/controller-client.ts";
import { reasonOf } from "../../../../src/agent/connection/refusals.ts";
import { isMistrust, PLAIN, type Trust, uploadContext } from "../../../../src/agent/connection/trust.ts";
import { sendArtifact } from "../../../../src/agent/uplink/artifact-uplink.ts";
import { splitAddress } from "../../../../src/base/config/host-port.ts";
import { Authority } from "../../../../src/controller/tls/authority.ts";
import type { LeaseRef } from "../../../../src/protocol/job-folder/spec.ts";
import { temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { ScriptedAgent, trusting } from "../../../support/scripted-agent.ts";
import { runCli } from "../../cli/run-cli.ts";

const DAY_MS = 86_400_000;

/** The serial number of the certificate that is shown to new connections. */
function shownSerial(address: string): Promise<string> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ["h2", "http/1.1"] }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** Why an agent that trusts so gets no session. */
async function whyNot(
  controller: { grpcAddress: string; agentToken: string; caFile: string | undefined },
  trust: Trust,
) {
  const agent = new ScriptedAgent(controller);
  agent.client.close();
  const client = new ControllerClient(controller.grpcAddress, [], trust);
  Object.assign(agent, { client });
  return agent.open().then(
    () => "",
    (error: unknown) => {
      client.close();
      return reasonOf(error);
    },
  );
}

test("agents are spoken to by TLS, and an agent believes only the controller's CA", async () => {
  const controller = await testController();
  const data = (name: string) => join(controller.data, name);
  expect(readFileSync(data("ca.pem"), "utf8")).toBe(readFileSync(data("tls/ca.pem"), "utf8"));
  for (const name of ["tls/ca.key", "tls/server.key"]) expect(statSync(data(name)).mode & 0o777).toBe(0o600);
  await new ScriptedAgent(controller).open();
  const other = Authority.open(join(temporaryFolder(), "tls"), Date.now());
  expect(isMistrust(await whyNot(controller, { tls: true, ca: other.pem }))).toBe(true);
  expect(isMistrust(await whyNot(controller, { tls: true, ca: undefined }))).toBe(true);
  expect(await whyNot(controller, PLAIN)).not.toBe("");
});

test("the operator's certificate is taken, and a new one is shown without a restart and without breaking a connection", async () => {
  const folder = temporaryFolder();
  const authority = Authority.open(join(folder, "corporate"), Date.now());
  const files = { tlsCert: join(folder, "own.pem"), tlsKey: join(folder, "own.key") };
  const put = () => {
    const { certificate, key } = authority.issue(["127.0.0.1"], Date.now(), 30 * DAY_MS);
    writeFileSync(files.tlsKey, key);
    writeFileSync(files.tlsCert, certificate + authority.pem);
  };
  put();
  const more = { ...files, httpTls: true };
  const controller = await testController({ tlsLookMs: 20 }, undefined, undefined, more);
  const { grpcAddress, httpUrl } = controller;
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const before = await shownSerial(grpcAddress);
  const beforeHttps = await shownSerial(new URL(httpUrl).host);
  put();
  await eventually("the new one is shown", async () => (await shownSerial(grpcAddress)) !== before);
  await eventually("by HTTPS too", async () => (await shownSerial(new URL(httpUrl).host)) !== beforeHttps);
  await agent.sync();
  await new ScriptedAgent(controller).open();
});

test("with --http-tls the files of builds go by HTTPS under the same CA", async () => {
  const controller = await testController({}, undefined, undefined, { httpTls: true });
  expect(controller.httpUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const ca = readFileSync(controller.caFile ?? "", "utf8");
  const ask = (method: string, path: string, body: object) =>
    new Promise<{ id: number }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${controller.adminToken}`, "content-type": "application/json" };
      const sent = request(`${controller.httpUrl}/api/v1${path}`, { method, headers, ca }, (answer) => {
        let text = "";
        answer.on("data", (bytes: Buffer) => {
          text += bytes.toString();
        });
        answer.on("end", () => resolve(JSON.parse(text) as { id: number }));
      });
      sent.on("error", reject).end(JSON.stringify(body));
    });
  await ask("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  await ask("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const lease = (await agent.sync()).offers[0]?.lease as LeaseRef;
  const { jobToken } = await agent.accept(lease);
  const folder = temporaryFolder();
  const bytes = randomBytes(100_000);
  writeFileSync(join(folder, "www.zip"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const artifact = { name: "www.zip", kind: "www" as const, size: bytes.length, sha256, metadata: {} };
  const options = { client: () => agent.client, lease, jobToken, folder };
  const believed = uploadContext(trusting(controller));
  const refused = new AbortController();
  const onRetry = () => refused.abort();
  await expect(sendArtifact(artifact, { ...options, signal: refused.signal, onRetry })).rejects.toThrow();
  const signal = AbortSignal.timeout(20_000);
  expect(await sendArtifact(artifact, { ...options, signal, uploadContext: believed })).toMatch(/^f/);
});

test("half a pair of certificate and key, a key of another certificate, and a bad address are refused at once", async () => {
  const folder = temporaryFolder();
  const half = await runCli(["controller", "--tls-cert", "a.pem"], { folder });
  expect(half).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--tls-cert and --tls-key belong together"),
  });
  const address = await runCli(["controller", "--public-grpc", "nowhere"], { folder });
  expect(address).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--public-grpc must be HOST:PORT") });
  const files = { tlsCert: join(folder, "no.pem"), tlsKey: join(folder, "no.key") };
  await expect(testController({}, undefined, undefined, files)).rejects.toThrow(/TLS_CERTIFICATE_UNUSABLE/);
});
