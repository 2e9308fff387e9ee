import { writeFileSync } from "node:fs";
import { ROWS } from "./rows.ts";
import { chosenRows, runBench } from "./run-bench.ts";

// make bench [ONLY=ROW,ROW] [ROUNDS=N] [OUT=FILE]: measures each row beside others, prints its table, and writes everything
// as JSON. ROUNDS is instead of each row's own number.
// It ends with 1 when a row could not be measured; a slow figure fails nothing.
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split("=", 2) as [string, string]));
const only = (given["ONLY"] ?? "").split(",").filter((name) => name !== "");
const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stopped.abort(new Error(`ended by ${signal}`)));
}
const rounds = Number(given["ROUNDS"] || 0);
const rows = chosenRows(ROWS, only).map((row) => (rounds > 0 ? { ...row, rounds } : row));
const results = await runBench({ rows, signal: stopped.signal, print: (text) => console.log(text) });
if (given["OUT"]) writeFileSync(given["OUT"], `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = stopped.signal.aborted || results.rows.some((row) => row.failed !== undefined) ? 1 : 0;
