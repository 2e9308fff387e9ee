import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import { atMost } from "../goal.ts";
import { type Opened, preparedWith } from "../opened.ts";
import { figuresOf, type Row } from "../row.ts";
import { sampleApp } from "./app.ts";
import { Pair } from "./pair.ts";

const COLD = "Millwright, cold";
const BARE = "bare commands, cold";
const SECOND = "Millwright, second build";

export const OVERHEAD: Row = {
  name: "overhead",
  measures: "a real debug build for Android, Millwright and the bare shell commands of the same steps",
  unit: "s",
  rounds: 2,
  goals: [
    atMost({ says: "cold ≤ 1.03 × the bare commands", of: COLD, limit: 1.03, beside: BARE }),
    atMost({ says: "second build ≤ 0.5 × the cold one", of: SECOND, limit: 0.5, beside: COLD }),
  ],
  prepare: (folder) =>
    preparedWith(async (opened) => {
      const environmentFile = join(
        process.env["MILLWRIGHT_ANDROID_KIT"] ?? resolve(".toolchain/android"),
        "environment",
      );
      if (!existsSync(environmentFile)) {
        const why = "no Android kit; as root on Debian: make toolchain (elsewhere MILLWRIGHT_ANDROID_KIT=FOLDER)";
        return { ways: [], missing: [{ name: COLD, why }], notes: [] };
      }
      const app = sampleApp(join(folder, "hello"));
      const open = (round: number) => Pair.open(join(folder, `round-${round}`), app, environmentFile);
      return new Comparison(open, opened);
    }),
};

/** A pair a round: its cold builds, and then its second ones. */
class Comparison {
  private readonly open: (round: number) => Promise<Pair>;
  private readonly opened: Opened;
  private readonly pairs: Pair[] = [];
  private readonly differing: string[][] = [];
  readonly missing = [];

  constructor(open: (round: number) => Promise<Pair>, opened: Opened) {
    this.open = open;
    this.opened = opened;
  }

  get ways() {
    return [
      { name: COLD, measure: async (round: number) => [await (await this.begin(round)).build()] },
      { name: BARE, measure: async (round: number) => [await this.bare(round)] },
      { name: SECOND, measure: async (round: number) => [await this.pair(round).build()] },
      { name: "bare commands, second", measure: async (round: number) => [await this.end(round)] },
    ];
  }

  get notes(): string[] {
    const unequal = this.differing.filter((names) => names.length > 0);
    const same =
      unequal.length === 0
        ? `The APKs of all ${this.differing.length} cold pairs hold the same, byte for byte, signatures aside.`
        : `The APKs DIFFER, signatures aside, in ${[...new Set(unequal.flat())].join(", ")}.`;
    return [
      "Cold: a new controller, agent and work folder; a new home folder and npm cache for the bare commands. The second build is one of the same commit. Gradle's user home is the kit's, on both sides, and its daemon is off.",
      same,
      `Millwright's steps, cold: ${stepsOf(this.pairs.flatMap(({ builds }) => builds.slice(0, 1)))}.`,
      `Millwright's steps, second: ${stepsOf(this.pairs.flatMap(({ builds }) => builds.slice(1)))}.`,
    ];
  }

  private async begin(round: number): Promise<Pair> {
    const pair = this.opened.add(await this.open(round));
    this.pairs[round] = pair;
    return pair;
  }

  private async bare(round: number): Promise<number> {
    const pair = this.pair(round);
    const seconds = await pair.buildBare(1);
    this.differing.push(await pair.differences());
    return seconds;
  }

  private async end(round: number): Promise<number> {
    const seconds = await this.pair(round).buildBare(2);
    await this.pair(round).close();
    return seconds;
  }

  private pair(round: number): Pair {
    const pair = this.pairs[round];
    if (!pair) throw new Error(`round ${round} has not begun`);
    return pair;
  }
}

/** Medians in seconds. */
function stepsOf(builds: readonly BuildDetails[]): string {
  const took = new Map<string, number[]>();
  for (const { id, startedAt, finishedAt = "" } of builds.flatMap((build) => build.steps)) {
    took.set(id, [...(took.get(id) ?? []), (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000]);
  }
  return [...took].map(([id, seconds]) => `${id} ${figuresOf(seconds).median.toFixed(2)}`).join(", ");
}
