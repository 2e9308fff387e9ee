import { expect, test } from "vitest";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

test("With a limit of 2 and five builds of two apps, exactly two run at any time and the others show pending", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", 2, "shop", "till");
  const builds: number[] = [];
  for (const app of ["shop", "till", "shop", "till", "shop"]) builds.push(await ground.ask(app));
  // With no free agent a build inside the limit waits for one.
  expect(await ground.status(...builds)).toEqual(["queued", "queued", "pending", "pending", "pending"]);

  const workers = [await new Worker(controller, 5).open("one"), await new Worker(controller, 5).open("two")];
  const began: number[] = [];
  const asks = async () => {
    const running = await ground.withStatus("running");
    expect(running.length).toBeLessThanOrEqual(2);
    for (const worker of workers) began.push(...(await worker.work()));
  };
  await asks();
  expect(await ground.status(...builds)).toEqual(["running", "running", "pending", "pending", "pending"]);
  for (let next = 2; next < builds.length; next += 1) {
    await workers[0]?.end(began[next - 2] as number);
    expect(await ground.status(builds[next] as number)).toEqual(["queued"]);
    await asks();
    expect(await ground.withStatus("running")).toEqual(builds.slice(next - 1, next + 1));
    expect(await ground.withStatus("pending")).toEqual(builds.slice(next + 1));
  }
  expect(began).toEqual(builds);
});

test("A claim for many free slots grants no more than the limit leaves, also when several agents ask at once", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", 3, "shop");
  for (let count = 0; count < 20; count += 1) await ground.ask("shop");
  const workers = await Promise.all(
    ["one", "two", "three", "four"].map((name) => new Worker(controller, 5).open(name)),
  );
  const offered = await Promise.all(workers.map((worker) => worker.offered()));
  expect(offered.flat().sort((a, b) => a - b)).toEqual([1, 2, 3]);
  // Offers count as well: nobody has accepted one.
  expect((await Promise.all(workers.map((worker) => worker.offered()))).flat()).toHaveLength(3);
});

test("An account at its limit, and builds that no agent takes, stop nobody else", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("full", 1, "big");
  await ground.account("other", null, "small");
  const mac = await new Worker(controller, 1).open("mac", { mac: ["16.2"] });
  const linux = await new Worker(controller, 3).open("linux");
  expect(await ground.ask("big", { platform: "ios", buildType: "simulator" })).toBe(1);
  for (const id of [2, 3]) expect(await ground.ask("big")).toBe(id);
  expect(await ground.ask("small", { platform: "ios", buildType: "simulator" })).toBe(4);
  expect(await ground.ask("small")).toBe(5);
  // The Mac is away, so that build 1 waits; it holds the room of the account only as long as nothing else takes it.
  expect(await linux.work()).toEqual([2, 5]);
  expect(await ground.status(1, 3, 4)).toEqual(["pending", "pending", "queued"]);
  expect(await mac.work()).toEqual([4]);
});

test("Lowering a limit stops nothing that runs; raising it lets the next begin and wakes the agents that wait", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", 3, "shop");
  for (let count = 0; count < 5; count += 1) await ground.ask("shop");
  const worker = await new Worker(controller, 9).open("one");
  expect(await worker.work()).toEqual([1, 2, 3]);
  await ground.setLimit("team", 1);
  expect(await worker.work()).toEqual([]);
  expect(await ground.withStatus("running")).toEqual([1, 2, 3]);
  await worker.end(1);
  await worker.end(2);
  expect(await worker.work()).toEqual([]);
  expect(await ground.status(4)).toEqual(["pending"]);
  const woken = worker.agent.watch();
  await eventually("the stream is open", () => woken() === 1);
  await ground.setLimit("team", null);
  await eventually("the agent is woken", () => woken() > 1);
  expect(await ground.withStatus("pending")).toEqual([]);
  expect(await worker.work()).toEqual([4, 5]);
});

test("Who follows a build is told when it is no longer pending, and the agents that wait are woken", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", 1, "shop");
  const worker = await new Worker(controller, 2).open("one");
  await ground.ask("shop");
  const next = await ground.ask("shop");
  expect(await worker.work()).toEqual([1]);
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${controller.adminToken}` };
  const url = `${controller.httpUrl}/api/v1/builds/${next}/watch`;
  const response = await fetch(url, { headers, signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  const nextLine = async () => {
    while (!seen.includes("\n")) seen += (await reader?.read())?.value ?? "";
    const end = seen.indexOf("\n");
    const line = JSON.parse(seen.slice(0, end)) as BuildDetails;
    seen = seen.slice(end + 1);
    return line;
  };
  const pending = await nextLine();
  expect(pending.status).toBe("pending");
  expect(pending.waitingFor).toContain(
    "The account may have 1 build at a time: 1 runs (1), and others wait before it.",
  );
  const woken = worker.agent.watch();
  await eventually("the stream is open", () => woken() === 1);
  const begun = performance.now();
  await worker.end(1);
  expect((await nextLine()).status).toBe("queued");
  expect(performance.now() - begun).toBeLessThan(2_000); // a lost nudge would cost 5 s
  await eventually("the agent is woken", () => woken() > 1);
  stop.abort();
});

test("A build that is canceled while it waits makes room for the one behind it", async () => {
  const ground = new QueueGround(await testController());
  await ground.account("team", 1, "shop");
  const ids = [await ground.ask("shop"), await ground.ask("shop"), await ground.ask("shop")];
  expect(await ground.status(...ids)).toEqual(["queued", "pending", "pending"]);
  await ground.send("POST", `/builds/${ids[0]}/cancel`);
  expect(await ground.status(...ids)).toEqual(["canceled", "queued", "pending"]);
});
