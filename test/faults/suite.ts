import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultOf } from "./catalogue.ts";
import { type Outcome, runTrial } from "./run-trial.ts";
import type { Fault } from "./trial.ts";
import { World } from "./world.ts";

/** A world lives for so many trials: what one leaves in another's way is seen, and files don't pile up. */
const TRIALS_PER_WORLD = 25;

/** Runs the faults of these seeds, some worlds beside each other, until `signal` aborts; `report` hears of each one's end. */
export async function runSuite(
  seeds: readonly number[],
  worlds: number,
  report: (outcome: Outcome) => void,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-faults-"));
  const waiting = seeds.map((seed, index) => ({ seed, place: join(folder, `world-${index}`) }));
  const outcomes: Outcome[] = [];
  const lane = async () => {
    let home: Home | undefined;
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const fault = faultOf(next.seed);
      const shared = fault.smallDisk === undefined;
      const here = (shared ? home : undefined) ?? (await Home.open(next.place, fault));
      const outcome = await here.try(fault, next.seed);
      outcomes.push(outcome);
      report(outcome);
      const goesOn = shared && outcome.findings.problems.length === 0 && here.trials < TRIALS_PER_WORLD;
      if (!goesOn) await here.close();
      if (shared) home = goesOn ? here : undefined;
    }
    await home?.close();
  };
  try {
    await Promise.all(Array.from({ length: worlds }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return outcomes;
}

/** Why no small disk can be mounted here, which the faults of class disk need; undefined when it can. */
export function whyNoSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "millwright-disk-"));
  try {
    mountSmallDisk(folder, 2 ** 20);
    execFileSync("umount", [folder]);
    return undefined;
  } catch (error) {
    return `a disk can't be mounted: ${(error as Error).message.trim().split("\n").at(-1)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mountSmallDisk(folder: string, size: number): void {
  const options = `size=${size},mode=700`;
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "millwright-faults", folder], { stdio: "pipe" });
}

/** A world with its folder, and with a small disk mounted in it where a fault wants that. */
class Home {
  readonly world: World;
  private readonly mount: string | undefined;
  trials = 0;

  private constructor(world: World, mount: string | undefined) {
    this.world = world;
    this.mount = mount;
  }

  static async open(folder: string, fault: Fault): Promise<Home> {
    mkdirSync(folder, { recursive: true });
    const size = fault.smallDisk;
    if (size === undefined) return new Home(await World.open({ folder, agents: 2, slots: 2 }), undefined);
    const mount = join(folder, "agent-1");
    const prepare = (work: string) => mountSmallDisk(work, size);
    return new Home(await World.open({ folder, agents: 1, slots: 1, prepare }), mount);
  }

  /** Does one fault. What went wrong is told with the last words of the programs. */
  async try(fault: Fault, seed: number): Promise<Outcome> {
    const outcome = await runTrial(this.world, fault, seed);
    this.trials += 1;
    if (outcome.findings.problems.length > 0) outcome.findings.problems.push(...this.whatWasSaid());
    return outcome;
  }

  async close(): Promise<void> {
    await this.world.close();
    if (this.mount) execFileSync("umount", ["--lazy", this.mount]);
    rmSync(this.world.options.folder, { recursive: true, force: true });
  }

  private whatWasSaid(): string[] {
    const { controller, agents } = this.world;
    return [controller, ...agents.map((agent) => agent.program)].map((program) => program.tail(1500));
  }
}
