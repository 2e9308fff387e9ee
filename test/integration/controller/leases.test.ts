import { expect, test } from "vitest";
import type { LeaseRef } from "../../../src/protocol/job-folder/spec.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

const RECORDED = 1;
const ALREADY_RECORDED = 2;
const NEED_LOG = 3;
const STALE = 5;

async function withBuild(controller: TestController): Promise<number> {
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  const request = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
  const created = await controller.api("POST", "/apps/demo/builds", request);
  expect(created.status).toBe(201);
  return (created.body as { id: number }).id;
}

async function takeOffer(agent: ScriptedAgent): Promise<LeaseRef> {
  const offer = (await agent.sync()).offers[0];
  expect(offer?.lease).toBeDefined();
  return offer?.lease as LeaseRef;
}

test("a build goes from the request over offer, acceptance, log and completion to success", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const id = await withBuild(controller);
  const lease = await takeOffer(agent);
  const { spec, jobToken } = await agent.accept(lease);
  expect(spec).toMatchObject({ commit: "main", platform: "android", buildType: "debug", app: { name: "demo" } });
  expect((await agent.accept(lease)).spec).toEqual(spec);
  await agent.begin(lease, jobToken);
  expect((await controller.build(id)).status).toBe("running");

  expect(await agent.append(lease, jobToken, 0, "hello ")).toBe(6);
  expect(await agent.append(lease, jobToken, 3, "lo world")).toBe(11);
  expect(await agent.append(lease, jobToken, 20, "gap")).toBe(11);
  expect(await agent.complete(lease, jobToken, "hello world!")).toBe(NEED_LOG);
  await agent.append(lease, jobToken, 11, "!");
  expect(await agent.complete(lease, jobToken, "hello world!")).toBe(RECORDED);
  expect(await agent.complete(lease, jobToken, "hello world!")).toBe(ALREADY_RECORDED);

  const done = await controller.build(id);
  expect(done).toMatchObject({ status: "success", attempt: 1, agent: "scripted", logLength: 12 });
  expect((await controller.api("GET", `/builds/${id}/log`)).body).toBe("hello world!");
  expect((await controller.api("GET", `/builds/${id}/log?from=6&follow=1`)).body).toBe("world!");
});

test("an attempt that was given up can't write any more, and the next one has the build", async () => {
  const controller = await testController({ lostMs: 1_500, sweepMs: 20 });
  const lost = new ScriptedAgent(controller);
  await lost.open("lost");
  const id = await withBuild(controller);
  const old = await takeOffer(lost);
  const { jobToken } = await lost.accept(old);
  await lost.begin(old, jobToken);
  await lost.append(old, jobToken, 0, "first try\n");
  await eventually("the build is queued again", async () => (await controller.build(id)).status === "queued");

  const next = new ScriptedAgent(controller);
  await next.open("next", "m2");
  const lease = await takeOffer(next);
  expect(lease.fence).toBeGreaterThan(old.fence);
  const accepted = await next.accept(lease);
  await expect(lost.append(old, jobToken, 10, "zombie")).rejects.toThrow(/no longer valid/);
  expect(await lost.complete(old, jobToken, "first try\n")).toBe(STALE);
  await next.begin(lease, accepted.jobToken);
  await next.append(lease, accepted.jobToken, 0, "second try\n");
  expect(await next.complete(lease, accepted.jobToken, "second try\n")).toBe(RECORDED);
  expect(await controller.build(id)).toMatchObject({ status: "success", attempt: 2 });
  expect((await controller.api("GET", `/builds/${id}/log`)).body).toBe("first try\nsecond try\n");
});

test("an offer is repeated while it stands, and so is one whose acceptance was not answered", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await withBuild(controller);
  const first = await takeOffer(agent);
  expect(await takeOffer(agent)).toEqual(first);
  const { jobToken } = await agent.accept(first);
  expect(await takeOffer(agent)).toEqual(first);
  expect((await agent.accept(first)).spec.lease).toEqual(first);
  await agent.begin(first, jobToken);
  expect((await agent.sync([{ lease: first, state: 4, step: "", cancelSeen: false }])).offers).toEqual([]);
});

test("an offer that nobody takes goes back to the queue without using up an attempt", async () => {
  const controller = await testController({ offerMs: 50, sweepMs: 20 });
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await withBuild(controller);
  const first = await takeOffer(agent);
  const newer = async () => {
    const offered = (await agent.sync()).offers.map((offer) => offer.lease);
    return offered.find((lease) => lease !== undefined && lease.fence > first.fence);
  };
  const second = await eventually("it is offered anew", newer);
  expect(second.attempt).toBe(1);
  await expect(agent.accept(first)).rejects.toThrow(/no longer valid/);
});

test("a token of another job, a wrong checksum and a stale session are refused", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await withBuild(controller);
  await withBuild(controller);
  const offers = (await agent.sync()).offers.map((offer) => offer.lease as LeaseRef);
  const [one, two] = [offers[0] as LeaseRef, offers[1] as LeaseRef];
  const first = await agent.accept(one);
  await agent.accept(two);
  await expect(agent.append(two, first.jobToken, 0, "x")).rejects.toThrow(/job token/);
  await expect(agent.append(one, first.jobToken, 0, "x", 1)).rejects.toThrow(/checksum/);
  const twin = new ScriptedAgent(controller);
  await expect(twin.open("scripted", "another machine")).rejects.toThrow(/Another machine/);
  await twin.open("scripted", "m1");
  expect((await agent.sync()).reopenSession).toBe(true);
});

test("canceling ends a waiting build at once and tells the agent of a running one", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const id = await withBuild(controller);
  const lease = await takeOffer(agent);
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  expect((await controller.api("POST", `/builds/${id}/cancel`)).body).toMatchObject({ cancelRequested: true });
  const report = { lease, state: 4 as const, step: "", cancelSeen: false };
  expect((await agent.sync([report])).directives[0]?.action).toBe(2);
  await agent.append(lease, jobToken, 0, "bye");
  expect(await agent.complete(lease, jobToken, "bye", { outcome: "success" })).toBe(RECORDED);
  expect((await controller.build(id)).status).toBe("canceled");
  expect((await controller.api("POST", `/builds/${id}/cancel`)).body).toMatchObject({
    error: { code: "BUILD_ALREADY_ENDED", blame: "user" },
  });
});

test("a restarted controller goes on where it was", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const id = await withBuild(controller);
  const lease = await takeOffer(agent);
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  await agent.append(lease, jobToken, 0, "before ");
  await controller.close();

  const again = await testController({}, controller.data);
  const back = new ScriptedAgent(again);
  back.session = agent.session;
  const report = { lease, state: 4 as const, step: "", cancelSeen: false };
  expect((await back.sync([report])).directives[0]?.action).toBe(1);
  await back.append(lease, jobToken, 7, "after");
  expect(await back.complete(lease, jobToken, "before after")).toBe(RECORDED);
  expect(await again.build(id)).toMatchObject({ status: "success" });
});

test("ends that are told at the same time, some with a wrong hash, leave the log whole", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const id = await withBuild(controller);
  const lease = await takeOffer(agent);
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  const piece = "0123456789abcdef".repeat(50_000);
  for (let number = 0; number < 4; number += 1) await agent.append(lease, jobToken, number * piece.length, piece);
  const log = piece.repeat(4);
  const wrong = () => agent.complete(lease, jobToken, log, { logSha256: Buffer.alloc(32) });
  const right = () => agent.complete(lease, jobToken, log);
  const tried = [wrong(), right(), wrong(), right(), wrong(), wrong()];
  const ends = await Promise.all(tried.map((end) => end.catch(() => "refused")));
  expect(ends).toContain(RECORDED);
  expect((await controller.build(id)).status).toBe("success");
  expect((await controller.api("GET", `/builds/${id}/log`)).body === log).toBe(true);
});
