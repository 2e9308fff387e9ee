import type { BuildDetails } from "../../src/protocol/api.ts";
import { figuresOf } from "./row.ts";

/** Seconds of each step of a build, in order. */
export type StepTimes = ReadonlyMap<string, number>;

export function stepTimesOf({ steps }: Pick<BuildDetails, "steps">): StepTimes {
  const seconds = (from: string, to = "") => (Date.parse(to) - Date.parse(from)) / 1000;
  return new Map(steps.map(({ id, startedAt, finishedAt }) => [id, seconds(startedAt, finishedAt)]));
}

/** `fetch 0.12, inspect 0.04`: the medians over builds, in seconds. */
export function mediansInWords(builds: readonly StepTimes[]): string {
  const names = [...new Set(builds.flatMap((steps) => [...steps.keys()]))];
  const median = (name: string) => figuresOf(builds.flatMap((steps) => steps.get(name) ?? [])).median.toFixed(2);
  return names.map((name) => `${name} ${median(name)}`).join(", ");
}
