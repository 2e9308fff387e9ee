import { Logger, makeWorkerUtils, runOnce } from "graphile-worker";
import PgBoss from "pg-boss";

/** Another queue on PostgreSQL. */
export interface Peer {
  /** Adds so many jobs, and tells how many a second are then taken and completed. */
  perSecond(jobs: number): Promise<number>;
  close(): Promise<void>;
}

const TASK = "build";

/** Its own runner, with a handler that does nothing. */
export async function openGraphileWorker(connectionString: string, concurrency: number): Promise<Peer> {
  const logger = new Logger(() => () => {});
  const tools = await makeWorkerUtils({ connectionString, logger });
  await tools.migrate();
  let handled = 0;
  const taskList = {
    [TASK]: async () => {
      handled += 1;
    },
  };
  return {
    perSecond: async (jobs) => {
      await tools.addJobs(Array.from({ length: jobs }, (_, build) => ({ identifier: TASK, payload: { build } })));
      handled = 0;
      const began = performance.now();
      await runOnce({ connectionString, concurrency, logger, taskList, maxPoolSize: concurrency + 2 });
      if (handled !== jobs) throw new Error(`graphile-worker handled ${handled} of ${jobs} jobs`);
      return (jobs * 1000) / (performance.now() - began);
    },
    close: async () => {
      await tools.release();
    },
  };
}

/** So many that take one job after the other. */
export async function openPgBoss(connectionString: string, concurrency: number): Promise<Peer> {
  const boss = new PgBoss({ connectionString, max: concurrency, supervise: false, schedule: false });
  const failed: Error[] = [];
  boss.on("error", (error) => failed.push(error));
  await boss.start();
  await boss.createQueue(TASK);
  return {
    perSecond: async (jobs) => {
      await boss.insert(Array.from({ length: jobs }, (_, build) => ({ name: TASK, data: { build } })));
      let left = jobs;
      const work = async () => {
        while (left > 0) {
          left -= 1;
          const [job] = await boss.fetch(TASK);
          if (!job) throw failed[0] ?? new Error("pg-boss gives no job any more");
          await boss.complete(TASK, job.id);
        }
      };
      const began = performance.now();
      await Promise.all(Array.from({ length: concurrency }, work));
      return (jobs * 1000) / (performance.now() - began);
    },
    close: () => boss.stop({ graceful: false }),
  };
}
