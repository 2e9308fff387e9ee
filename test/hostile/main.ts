import { tmpdir } from "node:os";
import { trySandbox } from "../../src/build/toolchain/sandbox.ts";
import type { Isolation } from "../../src/protocol/job-folder/spec.ts";
import { ALL } from "./cases/all.ts";
import { makeGround } from "./ground.ts";
import { play } from "./play.ts";

// make hostile [ONLY=words,words] [OFF=1]: builds hostile repositories for real and says of each whether it was contained. With OFF
// they run without a sandbox, which shows that the corpus would notice.
const [only = "", off = ""] = process.argv.slice(2);
const sandbox = await trySandbox(true);
if (sandbox.lacking !== "") throw new Error(sandbox.lacking);
const limits = { maxProcesses: 4096, maxMemoryBytes: 0, maxDiskBytes: 0 };
const isolation: Isolation = { ...sandbox, required: !off, network: true, readable: [], writable: [], ...limits };
const used = off ? { ...isolation, program: "", lacking: "it is off here" } : isolation;
const ground = await makeGround(tmpdir());
let escaped = 0;
try {
  const cases = ALL.filter(({ name }) => only.split(",").some((words) => name.includes(words)));
  for (const [index, each] of cases.entries()) {
    const verdict = await play(ground, each, used);
    if (!verdict.contained) escaped += 1;
    const sign = verdict.contained ? "contained    " : "NOT CONTAINED";
    console.log(
      `${String(index + 1).padStart(2)} ${sign} ${verdict.name} (${verdict.end}, ${verdict.seconds.toFixed(1)} s)`,
    );
    console.log(`                 ${verdict.contained ? verdict.how : verdict.wrong.join("; ")}`);
    if (verdict.said) console.log(`                 log: ${verdict.said}`);
  }
  console.log(`\ncases     ${cases.length}\ncontained ${cases.length - escaped}\nescaped   ${escaped}`);
} finally {
  await ground.close();
}
process.exitCode = escaped > 0 ? 1 : 0;
