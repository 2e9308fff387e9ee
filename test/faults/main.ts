import { faultOf } from "./catalogue.ts";
import type { Outcome } from "./run-trial.ts";
import { runSuite, whyNoSmallDisk } from "./suite.ts";
import { table } from "./table.ts";

// make faults N=200 [SEED=1]: does N seeded faults to real processes, and says what was lost. A list of seeds may stand
// instead of the count: node dist-tools/test/faults/main.js 17,29,31
const [what = "200", from] = process.argv.slice(2);
const first = from ? Number(from) : Date.now() % 1_000_000_000;
const listed = what.includes(",") ? what.split(",").filter(Boolean).map(Number) : undefined;
const seeds = listed ?? Array.from({ length: Number(what) }, (_, index) => first + index);
const why = whyNoSmallDisk();
const possible = seeds.filter((seed) => !why || faultOf(seed).smallDisk === undefined);
const worlds = Math.min(Number(process.env["WORLDS"] ?? 3), possible.length);
const began = Date.now();
console.log(listed ? `seeds ${seeds.join(", ")}` : `${seeds.length} faults from seed ${first} on`);
if (why) console.log(`SKIPPED ${seeds.length - possible.length} faults of class disk: ${why}`);
const stopped = new AbortController();
process.once("SIGINT", () => stopped.abort()); // what is under way is ended and cleaned up
const report = ({ seed, fault, seconds, findings }: Outcome) => {
  const verdict = findings.problems.length === 0 ? "ok" : "BROKEN";
  console.log(`${verdict}  ${seed}  ${fault.class}: ${fault.name}  ${seconds.toFixed(1)} s`);
  for (const problem of findings.problems) console.log(`    ${problem.replaceAll("\n", "\n    ")}`);
};
const outcomes = await runSuite(possible, worlds, report, stopped.signal);
console.log(`\n${table(outcomes)}\n\n${((Date.now() - began) / 1000).toFixed(0)} seconds`);
const broken = outcomes.filter((outcome) => outcome.findings.problems.length > 0);
for (const { seed, fault } of broken) {
  console.log(`BROKEN: ${fault.class}: ${fault.name}. See it again: make faults N=1 SEED=${seed}`);
}
process.exit(broken.length > 0 ? 1 : 0);
