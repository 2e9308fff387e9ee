import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished } from "vitest";
import type { Agent } from "../../../src/protocol/api.ts";
import { type TestController, temporaryFolder } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";
import { QueueGround } from "../../support/queue-ground.ts";
import { Replicas } from "../../support/replicas.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

const postgres = usePostgres();
const CLI = join(process.cwd(), "dist/cli/main.js");
const RECORDED = 1;

async function two(timing = {}) {
  const replicas = await Replicas.on(postgres, timing);
  const [a, b] = (await replicas.startAll(2)) as [TestController, TestController];
  const ground = new QueueGround(a);
  await ground.account("team", null, "shop");
  return { replicas, a, b, ground };
}

/** An agent of that controller that has begun the next build. */
async function begun(controller: TestController, name = "one") {
  const agent = new ScriptedAgent(controller);
  await agent.open(name, `machine of ${name}`);
  const lease = (await agent.sync([], 1)).offers[0]?.lease;
  if (!lease) throw new Error("no build was offered");
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  return { agent, lease, jobToken };
}

const bearerOf = ({ adminToken }: TestController) => ({ headers: { authorization: `Bearer ${adminToken}` } });

postgresTest(
  "A log is followed at another controller than it is written to, piece by piece and to its end",
  async () => {
    const { a, b, ground } = await two();
    const id = await ground.ask("shop");
    const { agent, lease, jobToken } = await begun(a);
    const response = await fetch(`${b.httpUrl}/api/v1/builds/${id}/log?follow=1`, bearerOf(b));
    const reader = response.body?.getReader();
    if (!reader) throw new Error("no stream");
    let at = 0;
    for (const text of ["one\n", "two\n", "three\n"]) {
      const began = performance.now();
      await agent.append(lease, jobToken, at, text);
      expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe(text);
      expect(performance.now() - began).toBeLessThan(2_000); // who isn't woken looks after 5 seconds
      at += text.length;
    }
    expect(await agent.complete(lease, jobToken, "one\ntwo\nthree\n")).toBe(RECORDED);
    expect((await reader.read()).done).toBe(true);
    expect((await b.api("GET", `/builds/${id}/log`)).body).toBe("one\ntwo\nthree\n");
  },
);

postgresTest("An agent may speak to one controller now and to another then, and its job goes on", async () => {
  const { a, b, ground } = await two();
  const id = await ground.ask("shop");
  const { agent, lease, jobToken } = await begun(a);
  const there = new ScriptedAgent(b);
  there.session = agent.session;
  await agent.append(lease, jobToken, 0, "here ");
  await there.append(lease, jobToken, 5, "there\n");
  const { directives } = await there.sync([{ lease, state: 4, step: "", cancelSeen: false }], 1);
  expect(directives.map(({ action }) => action)).toEqual([1]);
  expect(await there.complete(lease, jobToken, "here there\n")).toBe(RECORDED);
  expect(await ground.status(id)).toEqual(["success"]);
  const agents = (await a.api("GET", "/agents")).body as { agents: Agent[] };
  expect(agents.agents.map(({ name, state }) => [name, state])).toEqual([["one", "ready"]]);
});

postgresTest(
  "An agent of another controller is not lost while it speaks to that one, and is once it is silent",
  async () => {
    const { a, b, ground } = await two({ lostMs: 1_500, suspectMs: 1_000, sweepMs: 50 });
    const ids = [await ground.ask("shop"), await ground.ask("shop")];
    const silent = await begun(a, "silent");
    const lively = await begun(b, "lively");
    expect([silent, lively].map(({ lease }) => lease.buildId)).toEqual(ids);
    await eventually("the silent one has lost its build", async () => {
      await lively.agent.sync([{ lease: lively.lease, state: 4, step: "", cancelSeen: false }], 0);
      return (await ground.status(silent.lease.buildId))[0] === "queued";
    });
    expect(await ground.status(lively.lease.buildId)).toEqual(["running"]);
  },
);

/** A controller as a process of its own. */
async function processOn({
  store,
  shared,
}: Replicas): Promise<{ kill(): Promise<void>; httpUrl: string; grpcAddress: string }> {
  const data = temporaryFolder();
  const where = ["--data", data, "--shared", shared, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const child = execa(process.execPath, [CLI, "controller", ...where, "--log-level", "fatal"], {
    env: { MILLWRIGHT_STORE: store },
    reject: false,
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const file = join(data, "addresses.json");
  await eventually("it is ready", () => existsSync(file), 30_000);
  const { http, grpc } = JSON.parse(readFileSync(file, "utf8")) as { http: string; grpc: string };
  const kill = async () => {
    child.kill("SIGKILL");
    await child;
  };
  return { kill, httpUrl: http, grpcAddress: grpc };
}

postgresTest(
  "When a controller is killed its agents go on at another, which also takes over what the killed one led",
  async () => {
    const replicas = await Replicas.on(postgres, { lostMs: 1_000, suspectMs: 800, sweepMs: 50 });
    const first = await processOn(replicas); // it is alone, so it leads
    const second = await replicas.start();
    const ground = new QueueGround(second);
    await ground.account("team", null, "shop");
    const [one, other] = [await ground.ask("shop"), await ground.ask("shop")];
    const doomed = { ...second, grpcAddress: first.grpcAddress };
    const { agent, lease, jobToken } = await begun(doomed, "one");
    const gone = await begun(doomed, "gone");
    await agent.append(lease, jobToken, 0, "before ");
    await first.kill();
    const moved = new ScriptedAgent(second);
    moved.session = agent.session;
    await moved.append(lease, jobToken, 7, "after\n");
    const began = performance.now();
    await eventually("the agent that is gone has lost its build", async () => {
      await moved.sync([{ lease, state: 4, step: "", cancelSeen: false }], 0);
      return (await ground.status(gone.lease.buildId))[0] === "queued";
    });
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(await moved.complete(lease, jobToken, "before after\n")).toBe(RECORDED);
    expect(await ground.status(lease.buildId)).toEqual(["success"]);
    expect([lease.buildId, gone.lease.buildId].sort()).toEqual([one, other]);
  },
);

postgresTest(
  "PostgreSQL is started again: followers and agents go on by themselves, and nothing is lost meanwhile",
  async () => {
    const { a, b, ground } = await two({ lostMs: 2_000, sweepMs: 50 });
    const id = await ground.ask("shop");
    const { agent, lease, jobToken } = await begun(a);
    await postgres.restart();
    await eventually(
      "the store answers again",
      async () => (await b.api("GET", `/builds/${id}`)).status === 200,
      20_000,
    );
    await eventually("the agent goes on", () => agent.append(lease, jobToken, 0, "on\n"));
    const idle = new ScriptedAgent(b);
    await idle.open("idle", "m2");
    const woken = idle.watch();
    await eventually("the stream is open", () => woken() > 0);
    await idle.sync();
    await eventually("nudges pass again", async () => {
      const before = woken();
      await ground.ask("shop");
      return eventually("woken", () => woken() > before, 500);
    });
    expect(await ground.status(id)).toEqual(["running"]);
  },
);

postgresTest(
  "A controller with another key, without the keys, or with another folder for files is refused",
  async () => {
    const { replicas, b } = await two();
    const refused = async (change: object) => {
      const error = await replicas.start(change).catch((thrown: unknown) => thrown);
      return (error as { code?: string }).code;
    };
    const other = temporaryFolder();
    expect(await refused({ shared: other })).toBe("REPLICA_DIFFERS");
    expect(existsSync(join(other, "signing.key"))).toBe(false);
    for (const name of ["signing.key", "agent.token", "admin.token"])
      writeFileSync(join(other, name), readFileSync(join(replicas.shared, name)));
    expect(await refused({ shared: other })).toBe("REPLICA_FOLDER_DIFFERS");
    writeFileSync(join(other, "signing.key"), "another\n");
    expect(await refused({ shared: other, blobs: join(replicas.shared, "blobs") })).toBe("REPLICA_DIFFERS");
    expect((await b.api("GET", "/me")).status).toBe(200);
  },
);

postgresTest("A key that one controller changes seals and opens at all of them", async () => {
  const { a, b } = await two();
  const secret = { variables: {}, secrets: { KEY: "hidden" } };
  expect((await a.api("PUT", "/environments/Before", secret)).status).toBeLessThan(300);
  expect((await b.api("POST", "/keys/rotate")).body).toMatchObject({ sealedAgain: 1, unreadable: [] });
  expect((await a.api("PUT", "/environments/After", secret)).status).toBeLessThan(300);
  expect((await a.api("POST", "/keys/rotate")).body).toMatchObject({ sealedAgain: 2, unreadable: [] });
  expect((await b.api("POST", "/keys/rotate")).body).toMatchObject({ sealedAgain: 2, unreadable: [] });
});

postgresTest(
  "A controller that has other git repositories than the others isn't ready once there are some",
  async () => {
    const { replicas, a } = await two();
    const other = temporaryFolder();
    for (const name of ["signing.key", "agent.token", "admin.token", "spec.key"])
      writeFileSync(join(other, name), readFileSync(join(replicas.shared, name)));
    const c = await replicas.start({ shared: other, blobs: join(replicas.shared, "blobs") });
    const readiness = async ({ httpUrl }: TestController) => {
      const answer = await fetch(`${httpUrl}/readyz`);
      return [answer.status, ((await answer.json()) as { ready: boolean }).ready];
    };
    expect(await readiness(a)).toEqual([200, true]);
    expect(await readiness(c)).toEqual([200, true]);
    expect((await a.api("POST", "/apps", { name: "own" })).status).toBe(201);
    await eventually("the other says so", async () => (await readiness(c))[0] === 503);
    expect(await readiness(c)).toEqual([503, false]);
    expect(await readiness(a)).toEqual([200, true]);
  },
);
