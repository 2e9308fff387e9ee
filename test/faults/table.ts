import type { Outcome } from "./run-trial.ts";
import { CLASSES } from "./trial.ts";

const COLUMNS = ["lost", "doubled", "missingBytes", "wrongArtifacts", "survivors", "other"] as const;
const HEAD = [
  "class",
  "tried",
  "lost builds",
  "doubled builds",
  "missing log bytes",
  "wrong artifacts",
  "surviving processes",
  "other",
];

/** One row a class of faults, and their sum. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = CLASSES.map((name) => [
    name,
    ...sums(outcomes.filter((outcome) => outcome.fault.class === name)).map(String),
  ]);
  const lines = [HEAD, ...rows, ["all", ...sums(outcomes).map(String)]];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines.map((line) => line.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join("  ")).join("\n");
}

function sums(outcomes: readonly Outcome[]): number[] {
  const sum = (column: (typeof COLUMNS)[number]) =>
    outcomes.reduce((total, outcome) => total + outcome.findings[column], 0);
  return [outcomes.length, ...COLUMNS.map(sum)];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
