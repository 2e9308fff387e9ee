import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Metadata, Server, ServerCredentials, type ServiceDefinition, status } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { ControllerClient, call } from "../../../src/agent/connection/controller-client.ts";
import { makeHostKey } from "../../../src/agent/connection/host-key.ts";
import { refusalOf } from "../../../src/agent/connection/refusals.ts";
import { rotateKey } from "../../../src/agent/connection/rotate-key.ts";
import { failureOf, toFailure } from "../../../src/base/errors/millwright-error.ts";
import {
  AgentControlService,
  EnrollmentService,
  OpenSessionRequest,
  OpenSessionResponse,
} from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";
import { PROTOCOL, VERSION } from "../../../src/protocol/version.ts";
import { temporaryFolder, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { runCli } from "../cli/run-cli.ts";

/** A field that no release has: number 999, a text. */
const UNKNOWN = Buffer.concat([Buffer.from([0xba, 0x3e, 0x05]), Buffer.from("later")]);

/** A controller of another release, as far as it gets; answers its address. */
function otherController(service: ServiceDefinition, handlers: object): Promise<string> {
  const server = new Server();
  server.addService(service, handlers as never);
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(`127.0.0.1:${port}`),
    ),
  );
}

function clientTo(address: string): ControllerClient {
  const client = new ControllerClient(address);
  onTestFinished(() => client.close());
  return client;
}

/** How an agent that speaks these versions is answered. */
async function opening(agent: ScriptedAgent, protocolMin: number, protocolMax: number, agentVersion = "9.9.9") {
  const { control } = agent.client;
  const ids = { agentName: "skewed", machineId: "m1", bootId: "b1", processInstanceId: "p1", agentVersion };
  const request = { ...ids, protocolMin, protocolMax, capability: agent.capability, slots: 1, held: [] };
  return call(control.openSession.bind(control), request, agent.token);
}

test("an agent whose protocol is too old or too new is refused with both releases and what to upgrade", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  const refused = (min: number, max: number) =>
    opening(agent, min, max).then(
      () => undefined,
      (error: unknown) => refusalOf(error),
    );
  const speaks = `the controller of release ${VERSION} speaks ${PROTOCOL.min} to ${PROTOCOL.max}`;
  expect(await refused(0, 0)).toMatchObject({
    code: "VERSION_REFUSED",
    why: expect.stringContaining(`${speaks}. The agent needs release ${VERSION}.`),
    next: expect.stringContaining("docs/upgrade.md"),
  });
  expect(await refused(98, 99)).toMatchObject({
    code: "VERSION_REFUSED",
    why: expect.stringMatching(
      /release 9\.9\.9 and speaks the protocol 98 to 99.*The controller needs release 9\.9\.9\./,
    ),
  });
});

test("an agent of the release before and one of the next are taken, with the newest protocol that both speak", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  expect((await opening(agent, PROTOCOL.min, PROTOCOL.max - 1)).protocol).toBe(PROTOCOL.max - 1);
  expect((await opening(agent, PROTOCOL.max, PROTOCOL.max + 1)).protocol).toBe(PROTOCOL.max);
});

test("the controller ignores what it doesn't know in a message", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  const { path, requestSerialize, responseDeserialize } = AgentControlService.openSession;
  const ids = { agentName: "later", machineId: "m1", bootId: "b1", processInstanceId: "p1", agentVersion: "9.9.9" };
  const range = { protocolMin: 1, protocolMax: 99 };
  const request: OpenSessionRequest = { ...ids, ...range, capability: agent.capability, slots: 1, held: [] };
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${agent.token}`);
  const serialize = (value: OpenSessionRequest) => Buffer.concat([requestSerialize(value), UNKNOWN]);
  const answer = await new Promise<OpenSessionResponse>((resolve, reject) => {
    agent.client.control.makeUnaryRequest(path, serialize, responseDeserialize, request, metadata, (error, value) =>
      error || !value ? reject(error) : resolve(value),
    );
  });
  expect(answer.agentId).toMatch(/^g/);
});

test("an agent ignores what it doesn't know in an answer", async () => {
  const { openSession } = AgentControlService;
  const session = {
    agentId: "g1",
    sessionId: "s1",
    sessionEpoch: 7,
    protocol: 2,
    parameters: undefined,
    directives: [],
    specKeys: [],
  };
  const responseSerialize = (value: OpenSessionResponse) =>
    Buffer.concat([OpenSessionResponse.encode(value).finish(), UNKNOWN]);
  const later = { openSession: { ...openSession, responseSerialize } } as unknown as ServiceDefinition;
  const handler = (_call: unknown, answer: (error: null, value: OpenSessionResponse) => void) => answer(null, session);
  const { control } = clientTo(await otherController(later, { openSession: handler }));
  const request = OpenSessionRequest.decode(new Uint8Array());
  expect(await call(control.openSession.bind(control), request, "")).toMatchObject(session);
});

test("a daemon that a newer controller refuses ends at once and says why", async () => {
  const failure = failureOf("VERSION_REFUSED", { reason: "The controller of release 9.9.9 speaks 98 to 99." });
  const metadata = new Metadata();
  metadata.set("millwright-failure-bin", Buffer.from(JSON.stringify(failure)));
  const openSession = (_call: unknown, answer: (error: object) => void) =>
    answer({ code: status.FAILED_PRECONDITION, details: failure.what, metadata });
  const address = await otherController(AgentControlService, { openSession });
  const folder = temporaryFolder();
  writeFileSync(join(folder, "agent.token"), "token\n", { mode: 0o600 });
  const controller = `controller:\n  address: ${address}\n  tls: false\n`;
  writeFileSync(
    join(folder, "agent.config.yaml"),
    `${controller}http:\n  address: 127.0.0.1:0\ndisk:\n  minFree: 1MiB\n`,
  );
  const ran = await runCli(["agent"], { folder });
  expect(ran.exitCode).not.toBe(0);
  expect(ran.stderr + ran.stdout).toMatch(/9\.9\.9 speaks 98 to 99[\s\S]*docs[\s\S]*VERSION_REFUSED/);
});

test("a controller that can't replace keys yet is named as older, and the key stays as it was", async () => {
  const address = await otherController(EnrollmentService, {});
  const keyFile = join(temporaryFolder(), "agent.key");
  const { pem } = makeHostKey();
  writeFileSync(keyFile, pem, { mode: 0o600 });
  const failure = await rotateKey({ address, keyFile }, clientTo(address)).catch(toFailure);
  expect(failure).toMatchObject({ code: "KEY_NOT_ROTATED", why: expect.stringContaining("older release") });
});
