import { explore } from "./explore.ts";
import { PRODUCTION } from "./machines.ts";

// make model N=1000000 [SEED=1]: plays N seeded runs of both state machines and says what it saw.
const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
const began = process.hrtime.bigint();
const result = explore(PRODUCTION, count, seed);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
console.log(`interleavings   ${result.interleavings}`);
console.log(`distinct states ${result.distinctStates}`);
console.log(`first seed      ${seed}`);
console.log(`seconds         ${seconds.toFixed(1)}`);
if (result.violation) {
  console.log(`\nBROKEN: ${result.violation.what}\nSee it again: make model N=1 SEED=${result.violation.seed}`);
  process.exitCode = 1;
} else {
  console.log("every invariant held");
}
