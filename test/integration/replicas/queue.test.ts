import { expect } from "vitest";
import type { TestController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";
import { Replicas } from "../../support/replicas.ts";

const postgres = usePostgres();

async function three() {
  const replicas = await Replicas.on(postgres);
  const [a, b, c] = (await replicas.startAll(3)) as [TestController, TestController, TestController];
  const ground = new QueueGround(a);
  await ground.account("team", null, "shop");
  return { replicas, a, b, c, ground };
}

postgresTest("A build that one controller takes wakes an idle agent of another at once", async () => {
  const { b, c, ground } = await three();
  const agent = await new Worker(c, 1).open("far");
  const woken = agent.agent.watch();
  await eventually("the stream is open", () => woken() > 0);
  expect(await agent.work()).toEqual([]); // from here on it is known to be idle
  const before = woken();
  const began = performance.now();
  const id = await new QueueGround(b).ask("shop");
  await eventually("the agent is woken", () => woken() > before, 2_000);
  const wokenAfter = performance.now() - began;
  expect(await agent.work()).toEqual([id]);
  expect(wokenAfter).toBeLessThan(1_000);
  expect(await ground.status(id)).toEqual(["running"]);
});

postgresTest(
  "A Mac leaves a build to an agent that another controller can wake, until that one is held or gone",
  async () => {
    const replicas = await Replicas.on(postgres, { betterFitMs: 60_000 });
    const [a, b, c] = (await replicas.startAll(3)) as [TestController, TestController, TestController];
    const ground = new QueueGround(a);
    await ground.account("team", null, "shop");
    /** Whether a Mac leaves the build that waits. */
    const leaves = async (mac: Worker) => {
      if ((await ground.withStatus("queued")).length === 0) await ground.ask("shop");
      return (await mac.work()).length === 0;
    };
    const mac = await new Worker(a, 50).open("mac", { mac: ["26.0"] });
    await (await new Worker(b, 1).open("away")).work(); // free, but without a stream: it would come only by itself
    expect(await leaves(mac)).toBe(false);
    const linux = await new Worker(b, 1).open("linux");
    const woken = linux.agent.watch();
    await eventually("its stream is open", () => woken() > 0);
    await linux.work();
    await eventually("the Mac leaves a build to it", () => leaves(mac));
    const late = await new Worker(await replicas.start(), 50).open("late mac", { mac: ["26.0"] });
    await eventually("a controller that came later knows of it too", () => leaves(late));
    await c.api("PUT", "/agents/linux/hold", { kind: "pause", reason: "" });
    expect(await leaves(mac)).toBe(false);
    await c.api("DELETE", "/agents/linux/hold");
    await eventually("the Mac leaves builds to it again", () => leaves(mac));
    await b.close(); // and the stream with it; its agent may come back for a while yet
    await eventually("the Mac takes them", async () => !(await leaves(mac)));
  },
);

postgresTest("A cancel that one controller is asked for reaches an agent of another at once", async () => {
  const { a, c, ground } = await three();
  const agent = await new Worker(c, 1).open("far");
  const woken = agent.agent.watch();
  await eventually("the stream is open", () => woken() > 0);
  const id = await ground.ask("shop");
  expect(await agent.work()).toEqual([id]);
  const before = woken();
  expect((await a.api("POST", `/builds/${id}/cancel`)).status).toBeLessThan(300);
  await eventually("the agent is woken", () => woken() > before, 2_000);
});

postgresTest(
  "Agents of three controllers that ask at once get each build once, in the order of the queue, and never above a limit",
  async () => {
    const { replicas, a, b, c, ground } = await three();
    await ground.setLimit("team", 20);
    for (let n = 0; n < 30; n += 1) await ground.ask("shop");
    const agents = await Promise.all(
      Array.from({ length: 45 }, (_, n) => new Worker([a, b, c][n % 3] as TestController, 1).open(`agent-${n}`)),
    );
    const offered = (await Promise.all([...agents, ...agents].map((agent) => agent.offered()))).flat();
    // An offer is repeated to the agent that has it, and to nobody else: each lease is of another build.
    const leases = await postgres.query(replicas.store, "select build_id::int as build from leases order by build_id");
    const first = Array.from({ length: 20 }, (_, n) => n + 1);
    expect(leases.map(({ build }) => build)).toEqual(first);
    expect([...new Set(offered)].sort((x, y) => x - y)).toEqual(first);
  },
);
