import { createLogger } from "../base/observe/logger.ts";
import { Stop } from "./job/stop.ts";
import { runJob } from "./supervisor/run-job.ts";
import { takeOrder } from "./supervisor/take-order.ts";

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

const folder = await takeOrder(process.stdin);
if (folder !== undefined) {
  working = true;
  process.stdin.on("error", () => {}); // the daemon at the other end may die; its orders are all read
  await runJob(folder, stop, (error) =>
    logger.error({ err: error, folder }, "the job met a fault of millwright's own"),
  );
}
process.exit(0);
