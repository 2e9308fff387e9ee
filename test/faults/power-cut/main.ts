import { cutPower, whyNoLoopMounts } from "./power-cut.ts";

// make power-cut [N=20] [SEED=1]: stops a writer of the controller's store as a power cut would, N times.
const tries = Number(process.argv[2] ?? 20);
const first = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
const why = whyNoLoopMounts();
if (why) console.log(`SKIPPED: ${why}`);
let acknowledged = 0;
let lost = 0;
for (let seed = first; !why && seed < first + tries; seed += 1) {
  const cut = await cutPower(seed);
  acknowledged += cut.acknowledged;
  lost += cut.lost.length;
  console.log(`seed ${seed}  acknowledged ${cut.acknowledged}  lost ${cut.lost.length}`);
  for (const line of cut.lost.slice(0, 5)) console.log(`    lost: ${line}`);
}
if (!why) console.log(`\n${tries} tries, ${acknowledged} acknowledged commits, ${lost} lost`);
process.exitCode = lost > 0 ? 1 : 0;
