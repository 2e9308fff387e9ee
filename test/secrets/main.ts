import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCases } from "./run-cases.ts";

// make secrets [N=100000] [SEED=1]: prints random secrets through the product's log and looks for what is left of them.
const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "millwright-secrets-"));
const began = process.hrtime.bigint();
try {
  const tally = await runCases(count, seed, folder);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const times = [...tally.encodings.values()];
  console.log(`cases           ${tally.cases}`);
  console.log(`bytes printed   ${tally.bytes}`);
  console.log(`secrets         ${tally.secrets}`);
  console.log(`printed secrets ${times.reduce((sum, value) => sum + value, 0)}`);
  console.log(`encodings       ${times.length}, each at least ${Math.min(...times)} times`);
  console.log(`first seed      ${seed}`);
  console.log(`seconds         ${seconds.toFixed(1)}`);
  console.log(`leaks           ${tally.leak ? 1 : 0}`);
  if (tally.leak) {
    console.log(`\nLEAKED: ${tally.leak.what}\nSee it again: make secrets N=1 SEED=${tally.leak.seed}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
