import { setTimeout as rest } from "node:timers/promises";
import type { BuildDetails } from "../../src/protocol/api.ts";
import type { BuildStatus } from "../../src/protocol/build-types.ts";
import type { Random } from "../model/random.ts";
import type { Plan } from "./plan.ts";
import type { Agent, World } from "./world.ts";

export const CLASSES = ["network", "controller", "agent", "supervisor", "job", "cancel", "git", "disk"] as const;
export type FaultClass = (typeof CLASSES)[number];

/** What a build may end as, when its fault is not a person's cancel. */
export interface Allowed {
  statuses: BuildStatus[];
  /** Codes that a failure may have. */
  codes?: RegExp;
  /** At most so many attempts. */
  attempts: number;
}

export const SUCCEEDS: Allowed = { statuses: ["success"], attempts: 2 };

/** One build of a trial, and what is known of it from outside. */
export interface TrialBuild {
  id: number;
  plan: Plan;
  allowed: Allowed;
  /** `maybe`: asked for, but it may have come too late. */
  cancel: "no" | "taken" | "maybe";
  /** Logs as they were read while the build ran, and the longest length that was told. */
  glimpses: Buffer[];
  longest: number;
  /** The log was told to be shorter than before. */
  shrank: boolean;
  final?: BuildDetails;
}

/** A build that a fault asks for. */
export interface Wanted {
  plan: Plan;
  /** Which app: the repository by its path, over HTTP, or behind a login that the app doesn't have. */
  app?: "file" | "http" | "locked";
  allowed?: Allowed;
  /** Bytes that make the pack of the commit larger. */
  ballast?: number;
}

/** How a fault is done to a world. */
export interface Fault {
  class: FaultClass;
  name: string;
  /** How often it is chosen, against the others. */
  weight: number;
  /** Which builds are asked for; without it, two or three ordinary ones. */
  plans?: (random: Random, seed: string) => Wanted[];
  /** What the builds may end as, when `plans` doesn't say. */
  allowed?: Allowed;
  /** A work folder of so many bytes of its own, in a world of its own. */
  smallDisk?: number;
  strike: (trial: Trial) => Promise<void>;
}

/** A fault under way: what its code may use. */
export class Trial {
  readonly world: World;
  readonly random: Random;
  readonly builds: TrialBuild[];

  constructor(world: World, random: Random, builds: TrialBuild[]) {
    this.world = world;
    this.random = random;
    this.builds = builds;
  }

  /** Some seeded milliseconds between the two. */
  async rest(least: number, most: number): Promise<void> {
    await rest(least + this.random.below(most - least + 1));
  }

  /** Waits for some moment of the builds' lives: from their request on, or from the time on at which one of them prints. */
  async moment(): Promise<void> {
    if (this.random.chance(0.5)) return this.rest(0, 3_500);
    await this.untilPrinting(this.build());
    await this.rest(0, 2_500);
  }

  agent(): Agent {
    return this.world.agents[this.random.below(this.world.agents.length)] as Agent;
  }

  /** One of the builds. */
  build(): TrialBuild {
    return this.builds[this.random.below(this.builds.length)] as TrialBuild;
  }

  /** Waits until the build prints, or has ended; false when it ended. */
  async untilPrinting(build: TrialBuild): Promise<boolean> {
    while (!build.final) {
      if ((await this.world.api.log(build.id)).includes(`BEGIN ${build.plan.seed}`)) return true;
      await rest(50);
    }
    return false;
  }

  async untilEnded(): Promise<void> {
    while (this.builds.some((build) => !build.final)) await rest(50);
  }

  async cancel(build: TrialBuild): Promise<void> {
    build.cancel = "maybe";
    if (await this.world.api.cancel(build.id)) build.cancel = "taken";
  }
}
