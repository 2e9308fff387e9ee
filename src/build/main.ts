import { parseArgs } from "node:util";
import { createLogger } from "../base/observe/logger.ts";
import { wait } from "../base/time/wait.ts";
import { Stop } from "./job/stop.ts";
import { rehearse } from "./supervisor/rehearse.ts";
import { runJob } from "./supervisor/run-job.ts";
import { sayOn } from "./supervisor/say.ts";
import { takeOrder } from "./supervisor/take-order.ts";
import { tidyMemory } from "./supervisor/tidy-memory.ts";

/** Long enough to read what lies in stdin already. */
const GLANCE_MS = 5;

// The supervisor of one job. It lives in a session of its own: the daemon may end while it works.
const logger = createLogger("supervisor");
const stop = new Stop();
let working = false;
process.on("SIGTERM", () => {
  if (!working) process.exit(0);
  stop.cancel();
});
process.on("SIGHUP", () => logger.debug("SIGHUP ignored"));
process.on("SIGINT", () => logger.debug("SIGINT ignored"));

const { says, rehearse: stage } = parseArgs({
  options: { says: { type: "string" }, rehearse: { type: "string" } },
}).values;
const say = sayOn(says === undefined ? undefined : Number(says));
const ordering = takeOrder(process.stdin);
const hasOrder = await Promise.race([ordering.then(() => true), wait(GLANCE_MS).then(() => false)]);
if (stage !== undefined && !hasOrder) {
  await rehearse(stage).catch((error: unknown) => logger.debug({ err: error }, "no rehearsal"));
  tidyMemory();
}
say("ready");
const folder = await ordering;
if (folder !== undefined) {
  working = true;
  say("taken");
  process.stdin.on("error", () => {}); // the daemon at the other end may die; its orders are all read
  await runJob(folder, stop, (error) =>
    logger.error({ err: error, folder }, "the job met a fault of millwright's own"),
  );
}
process.exit(0);
