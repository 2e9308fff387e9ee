import { cpus, loadavg, release, type as systemName, totalmem } from "node:os";
import type { Results, RowResult } from "./results.ts";
import type { Row } from "./row.ts";
import { runRow } from "./run-row.ts";
import { summaryOf, tableOf } from "./table.ts";

export interface BenchOptions {
  rows: readonly Row[];
  signal: AbortSignal;
  /** Gets the table of each row as soon as it is measured, and the summary in the end. */
  print: (text: string) => void;
}

/** Measures the rows one after the other. A row that fails is told and the others go on; so is an abort. */
export async function runBench({ rows, signal, print }: BenchOptions): Promise<Results> {
  const startedAt = new Date();
  const machine = machineHere();
  const results: RowResult[] = [];
  print(
    `${machine.cores} × ${machine.model}, ${machine.memoryMib} MiB, ${machine.system}, node ${machine.node}, load ${machine.load.join(" ")}`,
  );
  for (const row of rows) {
    if (signal.aborted) break;
    const result = await runRow(row, signal);
    results.push(result);
    print(`\n${tableOf(result)}`);
  }
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  print(`\n${summaryOf(results, seconds)}`);
  return { startedAt: startedAt.toISOString(), seconds, machine, rows: results };
}

/** The rows of that list, in the order of all rows. Throws where there is no such row. */
export function chosenRows(rows: readonly Row[], only: readonly string[]): readonly Row[] {
  const unknown = only.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) {
    throw new Error(`there is no row ${unknown.join(", ")}; there are ${rows.map((row) => row.name).join(", ")}`);
  }
  return only.length === 0 ? rows : rows.filter((row) => only.includes(row.name));
}

function machineHere(): Results["machine"] {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    memoryMib: Math.round(totalmem() / 2 ** 20),
    system: `${systemName()} ${release()}`,
    node: process.versions.node,
    load: loadavg().map((each) => Math.round(each * 10) / 10),
  };
}
