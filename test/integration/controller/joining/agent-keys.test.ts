import { randomBytes } from "node:crypto";
import { type ServiceError, status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { bearer, call } from "../../../../src/agent/connection/controller-client.ts";
import { callAsAgent, OwnKey } from "../../../../src/agent/connection/credentials.ts";
import { makeHostKey } from "../../../../src/agent/connection/host-key.ts";
import { refusalOf } from "../../../../src/agent/connection/refusals.ts";
import { hardwareMark } from "../../../../src/agent/host/identity.ts";
import type { LeaseRef } from "../../../../src/protocol/job-folder/spec.ts";
import { writeAssertion } from "../../../../src/protocol/key-assertion.ts";
import { type TestController, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";
import { refusal } from "../refusal.ts";
import { failureOf, invite, JoinedAgent, join, shownAgent } from "./ground.ts";

/** The mark of this machine, which it says too when it joins. */
const HERE = `m1.${hardwareMark() || "aaaa"}`;

async function withBuild(controller: TestController): Promise<number> {
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  const request = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
  return ((await controller.api("POST", "/apps/demo/builds", request)).body as { id: number }).id;
}

async function running(agent: ScriptedAgent): Promise<{ lease: LeaseRef; jobToken: string }> {
  const lease = (await agent.sync()).offers[0]?.lease;
  if (!lease) throw new Error("no build was offered");
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  return { lease, jobToken };
}

const codeOf = async (promise: Promise<unknown>) => (await failureOf(promise, refusalOf)).code;

/** Everything that an agent can ask, under its own token and that of its job. */
function everyCall(agent: ScriptedAgent, lease: LeaseRef, jobToken: string): Record<string, () => Promise<unknown>> {
  const { control, lease: leases, log, artifact } = agent.client;
  const declaration = { lease, name: "a.zip", kind: "www", size: 1, sha256: randomBytes(32), metadata: "{}" };
  return {
    openSession: () => agent.open(),
    sync: () => agent.sync(),
    watch: () =>
      new Promise((resolve, reject) => {
        const { sessionId, sessionEpoch } = agent.session;
        const stream = control.watch({ sessionId, sessionEpoch }, bearer(agent.token));
        stream.on("error", reject).on("data", resolve);
      }),
    closeSession: () => agent.closeSession(),
    accept: () => agent.accept(lease),
    getMaterial: () => call(leases.getMaterial.bind(leases), { lease, name: "environment", step: "" }, jobToken),
    reportEvents: () => agent.begin(lease, jobToken),
    complete: () => agent.complete(lease, jobToken, ""),
    append: () => agent.append(lease, jobToken, 0, "more"),
    getOffset: () => call(log.getOffset.bind(log), { lease }, jobToken),
    createArtifact: () => call(artifact.create.bind(artifact), declaration, jobToken),
    commitArtifact: () => call(artifact.commit.bind(artifact), { lease, artifactId: "f1" }, jobToken),
  };
}

test("a revoked agent can do nothing more, its stream is cut, and its build is tried again by another", async () => {
  const controller = await testController();
  const agent = await JoinedAgent.make(controller, "host-1");
  await agent.open("a name that it makes up");
  expect(await shownAgent(controller, "host-1")).toMatchObject({
    state: "ready",
    key: { lastUsedAt: expect.any(String) },
  });
  const id = await withBuild(controller);
  const { lease, jobToken } = await running(agent);
  const { sessionId, sessionEpoch } = agent.session;
  const stream = agent.client.control.watch({ sessionId, sessionEpoch }, bearer(agent.token));
  const cut = new Promise<ServiceError>((resolve) => void stream.on("error", resolve).on("data", () => {}));
  await eventually("it is watched", async () => (await shownAgent(controller, "host-1")).running.length === 1);

  expect((await controller.api("POST", "/agents/host-1/revoke")).status).toBe(204);
  expect(refusalOf(await cut)).toMatchObject({ code: "AGENT_REVOKED" });
  for (const [name, ask] of Object.entries(everyCall(agent, lease, jobToken))) {
    expect([name, await codeOf(ask())]).toEqual([name, name === "append" ? "STALE_LEASE" : "AGENT_REVOKED"]);
  }
  const renewed = await failureOf(JoinedAgent.withKey(controller, agent.key), refusalOf);
  expect(renewed).toMatchObject({ code: "AGENT_REVOKED", why: expect.stringContaining("admin did so at") });
  expect(await shownAgent(controller, "host-1")).toMatchObject({ state: "offline", key: { revoked: { by: "admin" } } });

  const other = await JoinedAgent.make(controller, "host-2");
  await other.open();
  const again = await running(other);
  expect(again.lease).toMatchObject({ buildId: id, attempt: 2 });
  expect((await controller.api("POST", "/agents/host-1/revoke")).status).toBe(204); // again: nothing more happens
});

test("a revoked host joins again with a new invitation, as the same agent with a new key", async () => {
  const controller = await testController();
  const before = await JoinedAgent.make(controller, "host-1");
  const { agentId } = await before.open();
  await controller.api("POST", "/agents/host-1/revoke");
  const after = await JoinedAgent.make(controller, "host-1");
  expect((await after.open()).agentId).toBe(agentId);
  expect(await codeOf(before.sync())).toBe("AGENT_REVOKED");
  expect((await shownAgent(controller, "host-1")).key).not.toHaveProperty("revoked");
});

test("one agent can't speak for another, nor the shared token for one with a key", async () => {
  const controller = await testController();
  const [one, other] = [await JoinedAgent.make(controller, "one"), await JoinedAgent.make(controller, "other")];
  await one.open();
  await other.open();
  const shared = new ScriptedAgent(controller);
  expect(await codeOf(shared.open("one"))).toBe("AGENT_REFUSED");
  for (const agent of [other, shared]) {
    agent.session = one.session;
    expect(await agent.sync()).toMatchObject({ reopenSession: true, offers: [] });
  }
  expect(await refusal(controller, "POST", "/agents/nobody/revoke")).toMatchObject({ status: 404 });
  await shared.open("shared");
  expect(await refusal(controller, "POST", "/agents/shared/revoke")).toMatchObject({ code: "AGENT_NOT_JOINED" });
});

test("the shared token can be switched off", async () => {
  const controller = await testController({}, undefined, undefined, { sharedAgentToken: false });
  const failure = await failureOf(new ScriptedAgent(controller).open(), refusalOf);
  expect(failure).toMatchObject({ code: "AGENT_REFUSED", why: expect.stringContaining("agents invite") });
  await (await JoinedAgent.make(controller, "host-1")).open();
});

test("an access token ends; the agent renews it at 60 % of its life, and once when it is refused", async () => {
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs };
  const controller = await testController({ accessTokenMs: 900_000 }, undefined, undefined, { clock });
  const agent = await JoinedAgent.make(controller, "host-1", clock);
  await agent.open();
  const first = agent.token;
  aheadMs += 500_000;
  expect(await agent.own.token()).toBe(first);
  aheadMs += 45_000;
  const second = await agent.own.token();
  expect(second).not.toBe(first);
  await agent.sync(); // the first is still good
  aheadMs += 360_000;
  const expired = (await agent.sync().catch((error: unknown) => error)) as ServiceError;
  expect([expired.code, refusalOf(expired)?.code]).toEqual([status.UNAUTHENTICATED, "UNAUTHENTICATED"]);

  const stale = { token: async () => first, refused: () => false };
  const own = { asked: 0, token: async () => (own.asked++ === 0 ? first : agent.own.token()), refused: () => true };
  const { control } = agent.client;
  const { sessionId, sessionEpoch } = agent.session;
  const request = { sessionId, sessionEpoch, reason: "" };
  expect(await codeOf(callAsAgent(control.closeSession.bind(control), request, stale))).toBe("UNAUTHENTICATED");
  await callAsAgent(control.closeSession.bind(control), request, own);
  expect(own.asked).toBe(2);
});

test("a token is shown as long as it is good when it can't be renewed, and no longer", async () => {
  let now = 0;
  let reachable = true;
  let given = 0;
  const getAccessToken = (
    _q: unknown,
    _m: unknown,
    _o: unknown,
    done: (error: Error | null, answer?: object) => void,
  ) => {
    if (reachable) done(null, { accessToken: `t${++given}`, validForMs: 1000 });
    else done(new Error("away"));
  };
  const client = () =>
    ({ enrollment: { getAccessToken } }) as unknown as ReturnType<ConstructorParameters<typeof OwnKey>[1]>;
  const own = new OwnKey({ key: makeHostKey().key, follow: () => false }, client, {
    now: Date.now,
    monotonic: () => now,
  });
  expect(await Promise.all([own.token(), own.token()])).toEqual(["t1", "t1"]);
  reachable = false;
  now = 700;
  expect(await own.token()).toBe("t1");
  now = 1000;
  await expect(own.token()).rejects.toThrow("away");
  reachable = true;
  expect(await own.token()).toBe("t2");
});

test("an assertion is taken once, from the key's holder, and only while it is fresh", async () => {
  const controller = await testController();
  const agent = await JoinedAgent.make(controller, "host-1");
  const { enrollment } = agent.client;
  const show = (assertion: string) => codeOf(call(enrollment.getAccessToken.bind(enrollment), { assertion }, ""));
  const good = writeAssertion(agent.key, Date.now());
  await call(enrollment.getAccessToken.bind(enrollment), { assertion: good }, "");
  expect(await show(good)).toBe("UNAUTHENTICATED");
  expect(await show(writeAssertion(agent.key, Date.now() - 5 * 60_000))).toBe("UNAUTHENTICATED");
  expect(await show(writeAssertion(agent.key, Date.now() + 5 * 60_000))).toBe("CLOCK_WRONG");
  const [head = "", , tail = ""] = writeAssertion(agent.key, Date.now()).split(".");
  const [, body = ""] = writeAssertion(agent.key, Date.now() + 1000).split(".");
  expect(await show(`${head}.${body}.${tail}`)).toBe("AGENT_REFUSED");
  for (const nonsense of ["", "a.b.c", `${head}.e30.${tail}`]) expect(await show(nonsense)).toBe("UNAUTHENTICATED");
});

test("a key on two machines: the second is refused, the agent gets no builds, until an operator says which stays", async () => {
  const controller = await testController();
  const first = await JoinedAgent.make(controller, "mac-1");
  await first.open("", HERE);
  const copy = await JoinedAgent.withKey(controller, first.key);
  copy.instanceId = "p2";
  const failure = await failureOf(copy.open("", "m1.bbbb"), refusalOf);
  expect(failure).toMatchObject({ code: "AGENT_QUARANTINED", next: expect.stringContaining("agents trust mac-1") });
  await withBuild(controller);
  expect((await first.sync()).offers).toEqual([]);
  const { key, state, reasons } = await shownAgent(controller, "mac-1");
  expect([state, reasons]).toEqual(["unhealthy", [expect.stringContaining("two hosts")]]);
  expect(key?.quarantined?.machines).toEqual([HERE, "m1.bbbb"]);
  const wrong = await refusal(controller, "POST", "/agents/mac-1/trust", { machine: "m1.cccc" });
  expect(wrong).toMatchObject({ status: 404 });
  expect((await controller.api("POST", "/agents/mac-1/trust", { machine: "m1.bbbb" })).status).toBe(204);
  await copy.open("", "m1.bbbb");
  expect((await copy.sync()).offers).toHaveLength(1);
  expect(await codeOf(first.open("", HERE))).toBe("AGENT_QUARANTINED");
});

test("two copies on the same hardware show themselves by taking turns; a restart doesn't", async () => {
  const controller = await testController();
  const agent = await JoinedAgent.make(controller, "vm-1");
  for (const instance of ["p1", "p2", "p3", "p3"]) {
    agent.instanceId = instance;
    await agent.open("", HERE);
  }
  const twin = await JoinedAgent.withKey(controller, agent.key);
  twin.instanceId = "p2";
  expect(await codeOf(twin.open("", HERE))).toBe("AGENT_QUARANTINED"); // may be an old message of a process that is gone
  expect((await shownAgent(controller, "vm-1")).key).not.toHaveProperty("quarantined");
  expect(await codeOf(twin.open("", HERE))).toBe("AGENT_QUARANTINED");
  expect((await shownAgent(controller, "vm-1")).key?.quarantined?.machines).toEqual([HERE]);
  expect((await agent.sync()).reopenSession).toBe(false);
  expect((await controller.api("POST", "/agents/vm-1/trust", { machine: HERE })).status).toBe(204);
  await agent.open("", HERE);
});

test("a name that a host with the shared token uses now isn't given to another", async () => {
  const controller = await testController();
  const shared = new ScriptedAgent(controller);
  const { agentId } = await shared.open("host-1", "m1.someone-else");
  const invitation = await invite(controller);
  if (hardwareMark() !== "") expect(await codeOf(join(invitation, "host-1"))).toBe("AGENT_NAME_TAKEN");
  await shared.closeSession();
  expect((await join(invitation, "host-1")).agentId).toBe(agentId);
});
