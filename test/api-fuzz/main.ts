import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENT, type Target } from "./ground.ts";
import { fuzz } from "./run.ts";

// make api-fuzz [N=20000] [SEED=1]: sends generated requests over the API's document, and looks for 5xx, hangs and leaks.
const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] || Date.now() % 1_000_000_000);
const MOST_MIB = 600;
const START_MS = 30_000;
const data = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "millwright-fuzz-"));
const options = { ...PATIENT, data, http: "127.0.0.1:0", grpc: "127.0.0.1:0", logLevel: "error" };
const program = new URL("../faults/controller-process.js", import.meta.url).pathname;
const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ["ignore", "pipe", "pipe"] });
process.once("exit", () => {
  child.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
});
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));
let log = "";
for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (log += bytes.toString()));

async function started(): Promise<Target> {
  const file = join(data, "addresses.json");
  for (const began = Date.now(); !existsSync(file); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() - began > START_MS || child.exitCode !== null)
      throw new Error(`the controller did not start: ${log}`);
  }
  const { http, grpc } = JSON.parse(readFileSync(file, "utf8")) as { http: string; grpc: string };
  return { httpUrl: http, grpcAddress: grpc, data };
}

/** MiB that the controller has in memory, where the system tells. */
function memory(field: "VmRSS" | "VmHWM"): number {
  const file = `/proc/${child.pid}/status`;
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024);
}

try {
  const target = await started();
  const began = performance.now();
  let shown = 0;
  const tally = await fuzz(target, count, seed, ({ sent, faults }) => {
    for (const fault of faults.slice(shown)) console.log(fault);
    shown = faults.length;
    if (sent % 1000 === 0) console.log(`  ${sent} sent, ${faults.length} faults, ${memory("VmRSS")} MiB`);
  });
  const seconds = (performance.now() - began) / 1000;
  const least = Math.max(1, Math.floor(count / tally.routes.size / 25));
  const rare = [...tally.routes].filter(([, times]) => times < least);
  const faults = [
    ...tally.faults,
    ...rare.map(([title, times]) => `${title} was asked only ${times} times of ${least}`),
  ];
  if (memory("VmHWM") > MOST_MIB) faults.push(`the controller had ${memory("VmHWM")} MiB, and may have ${MOST_MIB}`);
  if (child.exitCode !== null) faults.push(`the controller ended with ${child.exitCode}`);
  if (/unhandled|uncaught/i.test(log)) faults.push(`the controller's log:\n${log.slice(-3000)}`);
  const statuses = [...tally.statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${status || "none"}: ${times}`);
  console.log(`requests   ${tally.sent}`);
  console.log(`per second ${Math.round(tally.sent / seconds)}`);
  console.log(`statuses   ${statuses.join(", ")}`);
  console.log(`routes     ${tally.routes.size}, each at least ${Math.min(...tally.routes.values())} times`);
  console.log(`memory     ${memory("VmHWM")} MiB at most, ${memory("VmRSS")} MiB at the end`);
  console.log(`seed       ${seed}`);
  console.log(`faults     ${faults.length}`);
  if (faults.length > 0) {
    console.log(
      `\n${faults.join("\n\n")}\n\nThe controller's log:\n${log.slice(-6000)}\nSee it again: make api-fuzz N=${count} SEED=${seed}`,
    );
    process.exitCode = 1;
  }
} finally {
  child.kill("SIGTERM");
  await new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve) : resolve(undefined)));
  rmSync(data, { recursive: true, force: true });
}
