import { needlesOf } from "../../../src/base/redaction/needles.ts";
import { Random } from "../../model/random.ts";
import { fiftySecrets } from "./fifty-secrets.ts";
import { logText } from "./log-text.ts";
import { waysOf } from "./ways.ts";

// make bench-redact [MIB=512] [ROUNDS=5] [SEED=1]: how many MB/s of a log can be redacted, and written to the spool.
const [mib = 512, rounds = 5, seed = 1] = process.argv.slice(2).map(Number);
const MIB = 2 ** 20;
const TEXT = 64 * MIB;
const CHUNK = 64 * 1024;

const random = new Random(seed);
const secrets = fiftySecrets(random);
const oneOf = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
const text = logText(random, TEXT, () => `export TOKEN=${oneOf(oneOf(secrets).split("\n"))} # and so on`);
const chunks = Array.from({ length: Math.floor(text.length / CHUNK) }, (_, i) =>
  text.subarray(i * CHUNK, (i + 1) * CHUNK),
);
const times = Math.max(1, Math.round((mib * MIB) / TEXT));
const speeds = new Map(waysOf(secrets).map((way) => [way, [] as number[]]));

for (let round = 0; round < rounds; round += 1) {
  for (const [way, measured] of speeds) measured.push(speedOf(() => way.run(chunks, times)));
}

/** In MB/s, where a MB is a million bytes. */
function speedOf(run: () => number): number {
  const began = process.hrtime.bigint();
  run();
  return (chunks.length * CHUNK * times * 1000) / Number(process.hrtime.bigint() - began);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

const copy = median([...speeds.values()][0] as number[]);
const needles = new Set(secrets.flatMap(needlesOf).map((needle) => needle.toString("latin1")));
console.log(`${secrets.length} secrets, ${needles.size} needles, ${mib} MiB in chunks of 64 KiB, ${rounds} rounds`);
console.log(`${"".padEnd(24)}${"MB/s".padStart(8)}${"least".padStart(8)}${"most".padStart(8)}   of the copy`);
for (const [{ name }, measured] of speeds) {
  const columns = [median(measured), Math.min(...measured), Math.max(...measured)];
  const share = ((columns[0] as number) / copy) * 100;
  console.log(
    name.padEnd(24) +
      columns.map((value) => value.toFixed(0).padStart(8)).join("") +
      `${share.toFixed(1)} %`.padStart(12),
  );
}
