import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../../src/base/time/clock.ts";
import { complete } from "../../../../src/controller/queue/transitions.ts";
import { createStore } from "../../../../src/controller/store/store.ts";
import { openStoreOf, temporaryFolder, testController } from "../../../support/controller.ts";
import { agentWithApp, begunBuild } from "../../../support/finished-build.ts";
import { makeWebhook } from "./made-webhook.ts";

const WELL = { outcome: "success" as const, failure: null, retryable: false };

/** The store of a controller that is down, with a build that runs and a webhook that wants to know of its end. */
async function storeWithRunningBuild() {
  const data = temporaryFolder();
  const controller = await testController({}, data);
  const agent = await agentWithApp(controller);
  const { id: webhook } = await makeWebhook(controller, { url: "http://127.0.0.1:9/" });
  const { lease } = await begunBuild(controller, agent);
  await controller.close();
  const store = createStore(await openStoreOf(data), systemClock);
  onTestFinished(() => store.close());
  const owed = () => store.deliveries.list({ webhook, limit: 10 });
  return { store, lease, owed };
}

test("a build's end and what it owes are written together, or neither is", async () => {
  const { store, lease, owed } = await storeWithRunningBuild();
  const end = (also?: () => Promise<never>) =>
    store.transitions.ofLease(lease.leaseId, (build, held) => complete(build, held, WELL), also);
  await expect(end(() => Promise.reject(new Error("the power has failed")))).rejects.toThrow("the power has failed");
  expect((await store.builds.find(1))?.state).toBe("running");
  expect(await owed()).toEqual([]);
  expect((await end()).ok).toBe(true);
  expect(await owed()).toMatchObject([{ build_id: 1, state: "waiting", attempts: 0 }]);
  expect((await end()).ok).toBe(false);
  expect(await owed()).toHaveLength(1);
});

test("what is claimed is nobody else's until the claim ends, and then anybody's", async () => {
  const { store, lease } = await storeWithRunningBuild();
  await store.transitions.ofLease(lease.leaseId, (build, held) => complete(build, held, WELL));
  const now = Date.now() + 1;
  const [first] = await store.deliveries.claim(now, now + 1_000, 10, []);
  expect(first).toMatchObject({ build_id: 1, url: "http://127.0.0.1:9/", account_id: "default" });
  expect(await store.deliveries.claim(now, now + 1_000, 10, [])).toEqual([]);
  expect(await store.deliveries.claim(now + 1_000, now + 2_000, 10, ["default"])).toEqual([]);
  expect(await store.deliveries.claim(now + 1_000, now + 2_000, 10, [])).toHaveLength(1);
  expect(await store.deliveries.nextDue([])).toBe(now + 2_000);
  if (first) await store.deliveries.unclaim(first, now);
  expect(await store.deliveries.nextDue([])).toBe(now + 2_000);
});
