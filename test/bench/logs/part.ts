import { openSink } from "./baselines.ts";
import { type DeliverPlan, deliver } from "./deliver.ts";
import { type SupervisePlan, supervise } from "./supervise.ts";

export type Order =
  | { part: "supervise"; plan: SupervisePlan }
  | { part: "deliver"; plan: DeliverPlan }
  /** Answers its address. */
  | { part: "sink"; plan: undefined };
/** KiB of memory: when the order came, and the most until it was done. */
export type Report = { done: unknown; idleKib: number; mostKib: number } | { failed: string };

// One of the processes that a log goes through: told by its parent what to do.
process.on("message", (order: Order) => {
  const idleKib = process.memoryUsage.rss() / 1024;
  void obey(order)
    .then((done): Report => ({ done, idleKib, mostKib: process.resourceUsage().maxRSS }))
    .catch((error: Error): Report => ({ failed: error.stack ?? error.message }))
    .then((report) => process.send?.(report));
});
process.on("disconnect", () => process.exit(0));

async function obey({ part, plan }: Order): Promise<unknown> {
  if (part === "supervise") return supervise(plan);
  if (part === "deliver") return deliver(plan);
  return (await openSink()).address;
}
