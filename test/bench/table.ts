import type { RowResult } from "./results.ts";

const NUMBER_COLUMNS = ["median", "p95", "least", "most", "values", "ratio"];

/** A row as people read it: its ways, its goals, what is missing and what else there is to know. */
export function tableOf(row: RowResult): string {
  const lines = [`${row.name}: ${row.measures} (${row.unit}; ${row.rounds} rounds, ${row.seconds} s)`];
  if (row.failed !== undefined) return [...lines, `  FAILED: ${row.failed}`].join("\n");
  const width = Math.max(8, ...row.ways.map((way) => way.name.length));
  lines.push(`  ${"".padEnd(width)}${NUMBER_COLUMNS.map((name) => name.padStart(10)).join("")}`);
  for (const { name, figures, ratio } of row.ways) {
    const { median, p95, least, most, count } = figures;
    const numbers = [...[median, p95, least, most].map(shown), String(count), ratio.toFixed(2)];
    lines.push(`  ${name.padEnd(width)}${numbers.map((text) => text.padStart(10)).join("")}`);
  }
  for (const { says, reached } of row.goals) lines.push(`  ${wordOf(reached)}: ${says}`);
  for (const { name, why } of row.missing) lines.push(`  missing: ${name}: ${why}`);
  for (const note of row.notes) lines.push(`  ${note}`);
  return lines.join("\n");
}

/** One line for all goals, and one for each row that could not be measured. */
export function summaryOf(rows: readonly RowResult[], seconds: number): string {
  const goals = rows.flatMap((row) => row.goals.map((goal) => ({ ...goal, row: row.name })));
  const reached = goals.filter((goal) => goal.reached === true).length;
  const missed = goals.filter((goal) => goal.reached === false).map((goal) => `${goal.row} (${goal.says})`);
  const failed = rows.filter((row) => row.failed !== undefined).map((row) => `  FAILED: ${row.name}: ${row.failed}`);
  return [
    `${rows.length} rows in ${seconds} s; of ${goals.length} goals ${reached} reached, ${missed.length} missed`,
    ...missed.map((each) => `  missed: ${each}`),
    ...failed,
    "ratio: Millwright's median (the first line of a row) as a share of this line's",
  ].join("\n");
}

function wordOf(reached: boolean | null): string {
  if (reached === null) return "goal not told, a way is missing";
  return reached ? "goal reached" : "goal MISSED";
}

/** Three digits that count, whatever the size. */
export function shown(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(4, digits));
}
