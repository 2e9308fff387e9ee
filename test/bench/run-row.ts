import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeasuredWay, RowResult } from "./results.ts";
import { figuresOf, type Prepared, type Row } from "./row.ts";
import { measureInTurn, reasonOf } from "./turns.ts";

/** Prepares a row in a folder of its own, measures it and removes everything. Never rejects: a fault is in the result. */
export async function runRow(row: Row, signal: AbortSignal): Promise<RowResult> {
  const { name, measures, unit, rounds } = row;
  const folder = mkdtempSync(join(tmpdir(), `millwright-bench-${name}-`));
  const began = performance.now();
  const result: RowResult = { name, measures, unit, rounds, seconds: 0, ways: [], missing: [], goals: [], notes: [] };
  try {
    const prepared = await row.prepare(folder);
    Object.assign(result, await measured(row, prepared, signal));
  } catch (error) {
    result.failed = reasonOf(error);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
  return { ...result, seconds: Math.round((performance.now() - began) / 100) / 10 };
}

async function measured(row: Row, prepared: Prepared, signal: AbortSignal) {
  try {
    const values = await measureInTurn(prepared.ways, row.rounds, signal);
    const ways = waysOf(values);
    const figures = new Map(ways.map((way) => [way.name, way.figures]));
    const goals = row.goals.map((goal) => ({ says: goal.says, reached: goal.isReached(figures) ?? null }));
    return { ways, goals, missing: prepared.missing, notes: prepared.notes };
  } finally {
    await prepared[Symbol.asyncDispose]();
  }
}

/** The first way is what the others are compared with. */
export function waysOf(values: ReadonlyMap<string, number[]>): MeasuredWay[] {
  const all = [...values].map(([name, each]) => ({ name, figures: figuresOf(each), values: each }));
  const ours = all[0]?.figures.median ?? Number.NaN;
  return all.map((way) => ({ ...way, ratio: ours / way.figures.median }));
}
