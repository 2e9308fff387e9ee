import { createHash } from "node:crypto";
import type { Ending } from "../../../src/controller/queue/lease-book.ts";
import type { Ground } from "./ground.ts";

const SUCCESS: Ending = {
  outcome: "success",
  failure: null,
  logLength: 0,
  logSha256: createHash("sha256").digest("hex"),
  lastEventSeq: 0,
  artifactIds: [],
};

/**
 * Each agent asks, accepts what it is offered and completes it at once, until so many builds are done together. Answers how
 * many a second. Throws when the queue has no more before.
 */
export async function buildsPerSecond({ dispatcher, leases, agents }: Ground, builds: number): Promise<number> {
  let left = builds;
  const work = async (agent: Ground["agents"][number]) => {
    while (left > 0) {
      left -= 1;
      const [offer] = await dispatcher.offersFor(agent, 1);
      if (!offer) throw new Error("the queue offers nothing any more");
      await leases.accept(offer);
      const { disposition } = await leases.complete(offer, SUCCESS);
      if (disposition !== "recorded") throw new Error(`a completion was answered with ${disposition}`);
    }
  };
  const began = performance.now();
  await Promise.all(agents.map(work));
  return builds / ((performance.now() - began) / 1000);
}
