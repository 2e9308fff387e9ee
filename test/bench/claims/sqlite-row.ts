import { join } from "node:path";
import type { Prepared, Row, Way } from "../row.ts";
import { buildsPerSecond } from "./drain.ts";
import { type Ground, openGround } from "./ground.ts";
import { Queue } from "./queue.ts";

const FEW = "SQLite, 100 queued";
const MANY = "SQLite, 100,000 queued";
const LIMITED = "SQLite, 1,000 accounts at their limit";
const AGENTS = 10;

export interface ClaimsSizes {
  /** Builds that stay in the queue, of the ways FEW and MANY. */
  few: number;
  many: number;
  /** Accounts that may begin nothing more. */
  limited: number;
  /** Builds that are given out and completed in one round. */
  builds: number;
}

const FULL_SIZE: ClaimsSizes = { few: 100, many: 100_000, limited: 1_000, builds: 1_000 };

/** The builds that a controller on SQLite can give out and see completed. */
export function claimsRow(sizes: ClaimsSizes = FULL_SIZE): Row {
  return {
    name: "claims",
    measures: "builds that were offered, accepted and completed a second, by ten agents that do nothing else",
    unit: "per s",
    rounds: 5,
    goals: [
      { says: "≥ 1,000 per s on SQLite", isReached: (figures) => atLeast(figures.get(FEW)?.median, 1000) },
      {
        says: "with 100,000 queued ≤ 1.2 × the cost with 100",
        isReached: (figures) => costs(figures.get(MANY)?.median, figures.get(FEW)?.median, 1.2),
      },
      {
        says: "with 1,000 accounts at their limit ≤ 1.2 × the cost without",
        isReached: (figures) => costs(figures.get(LIMITED)?.median, figures.get(FEW)?.median, 1.2),
      },
    ],
    prepare: (folder) => prepare(folder, sizes),
  };
}

async function prepare(folder: string, sizes: ClaimsSizes): Promise<Prepared> {
  const grounds: Ground[] = [];
  const way = async (name: string, place: string, fill: (ground: Ground) => Promise<Queue>): Promise<Way> => {
    const ground = await openGround(join(folder, place), AGENTS);
    grounds.push(ground);
    const queue = await fill(ground);
    return { name, measure: () => measureOne(ground, queue, sizes) };
  };
  return {
    ways: [
      await way(FEW, "few", (ground) => filled(ground, sizes.few)),
      await way(MANY, "many", (ground) => filled(ground, sizes.many)),
      await way(LIMITED, "limited", (ground) => behindLimits(ground, sizes)),
    ],
    missing: [],
    notes: [
      "SQLite with synchronous=FULL, in the folder for temporary files; the controller's own services, no network",
      `${AGENTS} agents of one slot; each build is three transactions: offered, accepted, completed`,
      `${sizes.builds} builds a round; so many stay in the queue as the way's name says`,
      `at their limit: ${sizes.limited} accounts with one running build and five that wait, before all others`,
    ],
    [Symbol.asyncDispose]: async () => {
      for (const ground of grounds) await ground.close();
    },
  };
}

async function filled(ground: Ground, depth: number): Promise<Queue> {
  const queue = await Queue.open(ground, "free", 20);
  await queue.add(depth);
  return queue;
}

async function behindLimits(ground: Ground, { few, limited }: ClaimsSizes): Promise<Queue> {
  const full = await Queue.open(ground, "full", limited, 1);
  await full.add(limited, "running");
  await full.add(5 * limited);
  return filled(ground, few);
}

/** In pieces of a hundred, so that the queue is never much longer than its name says. */
async function measureOne(ground: Ground, queue: Queue, { few, builds }: ClaimsSizes): Promise<number[]> {
  const speeds: number[] = [];
  for (let done = 0; done < builds; done += few) {
    await queue.add(few);
    speeds.push(await buildsPerSecond(ground, few));
  }
  return speeds;
}

function atLeast(value: number | undefined, least: number): boolean | undefined {
  return value === undefined ? undefined : value >= least;
}

function costs(speed: number | undefined, beside: number | undefined, most: number): boolean | undefined {
  return speed === undefined || beside === undefined ? undefined : beside / speed <= most;
}
