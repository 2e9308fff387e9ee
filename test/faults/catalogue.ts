import { Random } from "../model/random.ts";
import { DISK } from "./kinds/disk.ts";
import { GIT } from "./kinds/git.ts";
import { CANCEL, JOB } from "./kinds/job.ts";
import { NETWORK } from "./kinds/network.ts";
import { AGENT, CONTROLLER, SUPERVISOR } from "./kinds/programs.ts";
import type { Fault } from "./trial.ts";

export const FAULTS: readonly Fault[] = [
  ...NETWORK,
  ...CONTROLLER,
  ...AGENT,
  ...SUPERVISOR,
  ...JOB,
  ...CANCEL,
  ...GIT,
  ...DISK,
];

/** The fault of a seed: the same one each time. */
export function faultOf(seed: number): Fault {
  // Another stream than the one that the trial draws from.
  const random = new Random(seed ^ 0x5eed);
  let ticket = random.below(FAULTS.reduce((sum, fault) => sum + fault.weight, 0));
  for (const fault of FAULTS) {
    ticket -= fault.weight;
    if (ticket < 0) return fault;
  }
  throw new Error("the weights of the faults don't add up");
}
