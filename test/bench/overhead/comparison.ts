import { mediansInWords, type StepTimes } from "../step-times.ts";
import type { Timed } from "./bare.ts";
import type { Pair } from "./pair.ts";

export const COLD = "Millwright, cold";
export const BARE_COLD = "bare commands, cold";
export const SECOND = "Millwright, second build";
const BARE_SECOND = "bare commands, second";

/** A pair a round: its cold builds, and then its second ones. */
export class Comparison {
  readonly missing = [];
  private readonly open: (round: number) => Promise<Pair>;
  private readonly pairs: Pair[] = [];
  private readonly steps = new Map<string, StepTimes[]>();
  private readonly differing = { ours: [] as string[], bare: [] as string[] };

  constructor(open: (round: number) => Promise<Pair>) {
    this.open = open;
  }

  get ways() {
    const way = (name: string, build: (round: number) => Promise<Timed>) => ({
      name,
      measure: async (round: number) => {
        const { seconds, steps } = await build(round);
        this.steps.set(name, [...(this.steps.get(name) ?? []), steps]);
        return [seconds];
      },
    });
    return [
      way(COLD, (round) => this.begin(round)),
      way(BARE_COLD, (round) => this.pair(round).buildBare("cold")),
      way(SECOND, (round) => this.pair(round).build()),
      way(BARE_SECOND, (round) => this.end(round)),
    ];
  }

  get notes(): string[] {
    return [
      "Cold: a new controller, agent and work folder; a new home folder and npm cache for the bare commands. The second build is one of the same commit. Gradle's user home is the kit's, on both sides, and its daemon is off.",
      `APKs of Millwright and of the bare commands, signatures aside: ${inWords(this.differing.ours)}.`,
      `APKs of two runs of the bare commands: ${inWords(this.differing.bare)}.`,
      ...[...this.steps].map(([name, steps]) => `Steps of ${name}, s: ${mediansInWords(steps)}.`),
    ];
  }

  private async begin(round: number): Promise<Timed> {
    this.pairs[round] = await this.open(round);
    return this.pairs[round].build();
  }

  private async end(round: number): Promise<Timed> {
    const pair = this.pair(round);
    const timed = await pair.buildBare("second");
    this.differing.ours.push(...(await pair.differences("cold")));
    this.differing.bare.push(...(await pair.differencesOfBare("cold", "second")));
    await pair.close();
    return timed;
  }

  private pair(round: number): Pair {
    const pair = this.pairs[round];
    if (!pair) throw new Error(`round ${round} has not begun`);
    return pair;
  }
}

function inWords(names: readonly string[]): string {
  const unequal = [...new Set(names)].sort();
  return unequal.length === 0 ? "the same, byte for byte" : `${unequal.length} files DIFFER (${unequal.join(", ")})`;
}
