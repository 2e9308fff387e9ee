import { join } from "node:path";
import { binaries, Server } from "../../support/postgres.ts";
import type { Figures, Prepared, Row } from "../row.ts";
import { buildsPerSecond } from "./drain.ts";
import { openGround } from "./ground.ts";
import { openGraphileWorker, openPgBoss } from "./peers.ts";
import { Queue } from "./queue.ts";

const NAMES = { millwright: "Millwright", graphile: "graphile-worker 0.17.3", boss: "pg-boss 10.4.2" };
const AT_ONCE = 10;

export interface PostgresClaimsSizes {
  /** Given out and completed in one round, by each way. */
  jobs: number;
  /** What stays in the queue. */
  depth: number;
}

/** The same as `claims` on PostgreSQL, beside queues that do less for each job. */
export function postgresClaimsRow(sizes: PostgresClaimsSizes = { jobs: 1_000, depth: 100 }): Row {
  const speed = (figures: ReadonlyMap<string, Figures>, name: string) => figures.get(name)?.median;
  return {
    name: "claims-postgres",
    measures:
      "builds that were offered, accepted and completed a second on PostgreSQL; of the others jobs taken and completed",
    unit: "per s",
    rounds: 5,
    goals: [
      {
        says: "≥ 1,500 per s on PostgreSQL",
        isReached: (figures) => {
          const own = speed(figures, NAMES.millwright);
          return own === undefined ? undefined : own >= 1500;
        },
      },
    ],
    prepare: (folder) => prepare(folder, sizes),
  };
}

async function prepare(folder: string, { jobs, depth }: PostgresClaimsSizes): Promise<Prepared> {
  const bin = binaries();
  if (!bin) {
    const why = "PostgreSQL is not installed: on Debian or Ubuntu test/prepare.sh does it";
    const missing = Object.values(NAMES).map((name) => ({ name, why }));
    return { ways: [], missing, notes: [], [Symbol.asyncDispose]: async () => {} };
  }
  const server = new Server(bin, []);
  await server.start();
  const ground = await openGround(join(folder, "controller"), AT_ONCE, await server.database());
  const queue = await Queue.open(ground, "free", 20);
  await queue.add(depth);
  const graphile = await openGraphileWorker(await server.database(), AT_ONCE);
  const boss = await openPgBoss(await server.database(), AT_ONCE);
  return {
    ways: [
      {
        name: NAMES.millwright,
        measure: async () => {
          await queue.add(jobs);
          return [await buildsPerSecond(ground, jobs)];
        },
      },
      { name: NAMES.graphile, measure: async () => [await graphile.perSecond(jobs)] },
      { name: NAMES.boss, measure: async () => [await boss.perSecond(jobs)] },
    ],
    missing: [],
    notes: [
      "one server with PostgreSQL's own settings, on a socket, which keeps what it acknowledged over a power cut",
      `${AT_ONCE} agents or handlers at once; ${jobs} jobs a round, all in the queue before it begins`,
      "a build of Millwright is three transactions with fence, order of accounts and history; the others' jobs are two: taken, completed",
      "pg-boss is asked job by job (fetch, complete): its own workers ask at most twice a second",
    ],
    [Symbol.asyncDispose]: async () => {
      await ground.close();
      await graphile.close();
      await boss.close();
      await server.remove();
    },
  };
}
