import { expect, test } from "vitest";
import { type TestController, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const LONG = 60_000;

async function withApp(controller: TestController): Promise<QueueGround> {
  const ground = new QueueGround(controller);
  await ground.account("team", null, "shop");
  return ground;
}

/** A worker that has asked for work in vain and waits to be woken. */
async function waiting(controller: TestController, slots: number, name: string, mac?: string[]) {
  const worker = await new Worker(controller, slots).open(name, mac ? { mac } : {});
  const woken = worker.agent.watch();
  await eventually("its stream is open", () => woken() === 1);
  expect(await worker.work()).toEqual([]);
  return { worker, woken };
}

test("A Mac leaves what Linux can build to the Linux agent that waits, and takes what only it can", async () => {
  const controller = await testController({ betterFitMs: LONG });
  const mac = await waiting(controller, 4, "mac", ["26.0"]);
  const linux = await waiting(controller, 1, "linux");
  const ground = await withApp(controller);
  const apk = await ground.ask("shop");
  const ios = await ground.ask("shop", { platform: "ios", buildType: "simulator" });
  const forMacs = await ground.ask("shop", { targetPlatform: "macOS - 2026.10 (Xcode 26.0)" });
  await eventually("both are woken", () => mac.woken() > 1 && linux.woken() > 1);
  expect(await mac.worker.work()).toEqual([ios, forMacs].sort((a, b) => a - b));
  expect(await linux.worker.work()).toEqual([apk]);
  // Now Linux is busy: there is no better one, and the Mac takes the next at once.
  const more = await ground.ask("shop");
  expect(await mac.worker.work()).toEqual([more]);
});

test("Only as many builds are left as the better agents have free slots", async () => {
  const controller = await testController({ betterFitMs: LONG });
  const ground = await withApp(controller);
  const linux = await waiting(controller, 2, "linux");
  const mac = await waiting(controller, 3, "mac", ["26.0"]);
  const ids: number[] = [];
  for (let count = 0; count < 4; count += 1) ids.push(await ground.ask("shop"));
  expect(await mac.worker.work()).toEqual(ids.slice(2));
  expect(await linux.worker.work()).toEqual(ids.slice(0, 2));
});

test("A build that the better agent doesn't take goes to anyone after a moment, and the agent is woken for it", async () => {
  const controller = await testController({ betterFitMs: 200 });
  const ground = await withApp(controller);
  const mac = await waiting(controller, 1, "mac", ["26.0"]);
  await waiting(controller, 1, "linux"); // it never asks again
  const id = await ground.ask("shop");
  expect(await mac.worker.work()).toEqual([]);
  const before = mac.woken();
  await eventually("the Mac is woken once more", () => mac.woken() > before);
  await eventually("it gets the build", async () => (await mac.worker.work()).includes(id));
});

test("Without a better agent that could be woken a build goes out at once", async () => {
  const controller = await testController({ betterFitMs: LONG });
  const ground = await withApp(controller);
  const away = await new Worker(controller, 1).open("linux"); // free, but no stream: it would come only by itself
  await away.work();
  const mac = await waiting(controller, 1, "mac", ["26.0"]);
  const id = await ground.ask("shop");
  expect(await mac.worker.work()).toEqual([id]);
});
