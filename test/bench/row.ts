/** One way to do what a row measures: Millwright's own, or that of somebody else beside it. */
export interface Way {
  /** As the table names it: "Millwright", "Buildbot", "git fetch --depth 1". */
  name: string;
  /** Measures once, and answers each of the values that this round gave. Told the round's number, from 0. */
  measure(round: number): Promise<number[]>;
}

/** What a row wants to be reached, told from the figures of a whole run. */
export interface Goal {
  /** "p50 ≤ 15 ms". */
  says: string;
  /** By the names of the ways; undefined where a way that it needs is missing. */
  isReached(figures: ReadonlyMap<string, Figures>): boolean | undefined;
}

/** What a row has when it is ready to be measured. */
export interface Prepared {
  /** The first is Millwright; all are measured in turn, in each round. */
  ways: Way[];
  /** Ways that can't be had here, each with the reason. */
  missing: { name: string; why: string }[];
  /** What else a reader has to know: sizes, versions, settings. Read after the last round: ways may add to it. */
  notes: string[];
  /** Ends every process and removes every file of the row. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** One row of `make bench`: `make bench ONLY=NAME` measures it alone. */
export interface Row {
  name: string;
  /** One sentence: what the values are. */
  measures: string;
  unit: "ms" | "s" | "per s" | "MB/s" | "MiB" | "ratio" | "% of a core";
  rounds: number;
  goals: Goal[];
  /** Starts what the row needs, in a folder that is removed afterwards. */
  prepare(folder: string): Promise<Prepared>;
}

/** Of all values of a way, over all rounds. */
export interface Figures {
  median: number;
  p95: number;
  least: number;
  most: number;
  count: number;
}

/** Throws where there are no values: a way that measured nothing has failed. */
export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  const [median, p95, least, most] = [at(0.5), at(0.95), sorted[0], sorted.at(-1)];
  if (median === undefined || p95 === undefined || least === undefined || most === undefined) {
    throw new Error("nothing was measured");
  }
  return { median, p95, least, most, count: sorted.length };
}
