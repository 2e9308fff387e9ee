import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomPlan } from "../plan.ts";
import type { Allowed, Fault, Trial } from "../trial.ts";

const MIB = 2 ** 20;

/** The disk is named; a build that was lucky may also end well. */
const TOLD: Allowed = { statuses: ["success", "failed"], codes: /^DISK_(FULL|NEARLY_FULL)$/, attempts: 2 };
const common = { class: "disk" as const, allowed: TOLD, smallDisk: 60 * MIB, plans: middling };

export const DISK: readonly Fault[] = [
  { ...common, weight: 3, name: "full while it builds", strike: fill },
  { ...common, weight: 1, name: "full of what the build makes", plans: tooLarge, strike: async () => {} },
  { ...common, weight: 1, name: "full of what the build prints", plans: tooLoud, strike: async () => {} },
];

function middling(random: Trial["random"], seed: string) {
  return [{ plan: randomPlan(random, `${seed}-0`, { files: [2_000_000], logBytes: 3_000_000, binary: false }) }];
}

function tooLarge(random: Trial["random"], seed: string) {
  return [{ plan: randomPlan(random, `${seed}-0`, { files: [40 * MIB, 40 * MIB] }) }];
}

function tooLoud(random: Trial["random"], seed: string) {
  return [{ plan: randomPlan(random, `${seed}-0`, { logBytes: 70 * MIB, lineBytes: 8_000, binary: false, ms: 200 }) }];
}

/** Something else takes all the space at some moment, and gives it back some seconds later. */
async function fill(trial: Trial): Promise<void> {
  const { work } = trial.agent();
  const file = join(work, "something-else");
  await trial.moment();
  try {
    for (let size = 8 * MIB; size >= 4096; size /= 2) {
      while (free(work) >= size) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    }
  } catch {
    // The build took the rest: the disk is as full as it should be.
  }
  await trial.rest(1_500, 5_000);
  rmSync(file, { force: true });
}

function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
