import { MillwrightError } from "../base/errors/millwright-error.ts";
import type { Logger } from "../base/observe/logger.ts";
import { wait } from "../base/time/wait.ts";
import type { JobTable } from "./jobs/job-table.ts";
import type { Session } from "./session/session.ts";

/** Longer than the processes of a build are given to end. */
const GIVE_UP_MS = 90_000;
const LOOK_MS = 50;

/**
 * Runs the session until the agent may go. The first SIGTERM or SIGINT drains: running builds end, the heartbeat goes on, no
 * new ones are taken. The second, or SIGQUIT, cancels what runs. Rejects when the controller refuses this agent for good.
 * `onDrain` is called when no build will be begun any more.
 */
export async function untilStopped(
  session: Session,
  jobs: JobTable,
  logger: Logger,
  onDrain: () => void,
): Promise<void> {
  let asked = 0;
  let leave = () => {};
  const empty = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const look = () => {
    if (asked > 0 && jobs.size === 0) leave();
  };
  const onEnd = jobs.onEnd;
  jobs.onEnd = () => {
    onEnd();
    look();
  };
  const stop = (cancel: boolean) => {
    asked += 1;
    if (cancel || asked > 1) {
      logger.warn({ jobs: jobs.size }, "canceling the running builds");
      jobs.cancelAll();
    } else {
      logger.info({ jobs: jobs.size }, "draining: no new builds are taken");
    }
    session.drain();
    onDrain();
    look();
  };
  const gently = () => stop(false);
  const atOnce = () => stop(true);
  process.on("SIGTERM", gently).on("SIGINT", gently).on("SIGQUIT", atOnce);
  try {
    const whenRevoked = (error: unknown) => giveUpWhenRevoked(error, jobs, logger);
    await Promise.race([session.run().catch(whenRevoked), empty]);
    await session.stop("the agent was stopped");
  } finally {
    process.off("SIGTERM", gently).off("SIGINT", gently).off("SIGQUIT", atOnce);
  }
}

/** A host that was revoked has no right to its builds any more: they are ended before the daemon goes. */
async function giveUpWhenRevoked(error: unknown, jobs: JobTable, logger: Logger): Promise<never> {
  if (error instanceof MillwrightError && error.code === "AGENT_REVOKED") {
    logger.error({ jobs: jobs.size, failure: error.failure }, "this agent was revoked");
    jobs.abandonAll("the agent was revoked");
    for (let left = GIVE_UP_MS; jobs.size > 0 && left > 0; left -= LOOK_MS) await wait(LOOK_MS);
  }
  throw error;
}
