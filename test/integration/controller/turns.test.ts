import { expect, test } from "vitest";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const MANY = 200;

test("An account with 200 builds waiting doesn't delay another account's one by more than one turn", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("many", null, "big");
  await ground.account("few", null, "small");
  for (let count = 0; count < MANY; count += 1) await ground.ask("big");
  const worker = await new Worker(controller, 2).open("one");
  expect(await worker.work()).toEqual([1, 2]);
  const one = await ground.ask("small");
  expect((await controller.build(one)).waitingFor).toContain("It is the next.");
  // It stands beside the turn that was last begun: whatever ends first, it is next.
  await worker.end(2);
  expect(await worker.work()).toEqual([one]);
  const more = [await ground.ask("small"), await ground.ask("small")];
  const order: number[] = [];
  for (let last = one; order.length < 5; last = order.at(-1) as number) {
    await worker.end(last);
    order.push(...(await worker.work()));
  }
  expect(order).toEqual([3, more[0], 4, more[1], 5]);
});

test("An offer that nobody takes goes back to its turn, and builds that were canceled while they waited cost none", async () => {
  const controller = await testController({ offerMs: 50, sweepMs: 20 });
  const ground = new QueueGround(controller);
  await ground.account("a", null, "of-a");
  await ground.account("b", null, "of-b");
  const first = await ground.ask("of-a");
  const worker = await new Worker(controller, 1).open("one");
  expect(await worker.offered()).toEqual([first]);
  const canceled = [await ground.ask("of-b"), await ground.ask("of-b"), await ground.ask("of-b")];
  const ofA = [await ground.ask("of-a"), await ground.ask("of-a")];
  for (const id of canceled) await ground.send("POST", `/builds/${id}/cancel`);
  const ofB = await ground.ask("of-b"); // beside the first of those, not behind the turns that were not used
  const order: number[] = [];
  for (let count = 1; count <= 4; count += 1) {
    const begun = await eventually("a build begins", async () => (await worker.work())[0]);
    order.push(begun);
    await worker.end(begun);
  }
  expect(order).toEqual([first, ofA[0], ofB, ofA[1]]);
});

test("How many builds are before one is counted in the order in which they are given out", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("a", null, "of-a");
  await ground.account("b", null, "of-b");
  const ofA = [await ground.ask("of-a"), await ground.ask("of-a"), await ground.ask("of-a")];
  const ofB = [await ground.ask("of-b"), await ground.ask("of-b")];
  const ahead = async (id: number) => (await ground.send<{ ahead: number }>("GET", `/builds/${id}/explain`)).ahead;
  expect(await Promise.all([...ofA, ...ofB].map(ahead))).toEqual([0, 2, 4, 1, 3]);
});
