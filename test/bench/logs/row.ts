import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../model/random.ts";
import { ControllerProcess } from "../fleet/controller-process.ts";
import { OneAgent, whereIs } from "../one-agent.ts";
import { fiftySecrets } from "../redact/fifty-secrets.ts";
import { logText } from "../redact/log-text.ts";
import type { Prepared, Row } from "../row.ts";
import { openSink, pipeToFile, streamToSink } from "./baselines.ts";
import { MemoryOf, mostMib } from "./memory.ts";
import { forkPart, forkSink, type Part, partHere } from "./parts.ts";
import type { Spooled } from "./supervise.ts";

const MIB = 2 ** 20;
const NAMES = {
  millwright: "Millwright",
  pipe: "a bare pipe to a file",
  grpc: "a stream of gRPC",
  buildbot: "Buildbot",
};

/** The window of the agent: main.ts. */
const WINDOW = 4 * 2 ** 20;
const MOST_MORE_MIB = 64;

export interface LogSizes {
  mib: number;
  /** Whether supervisor and agent are processes of their own, as in the product. */
  processes: boolean;
}

/** The output of a step on its way to where it is safe. */
export function logsRow(sizes: LogSizes = { mib: 256, processes: true }): Row {
  const more = new Map<string, number>();
  return {
    name: "logs",
    measures: "a step's output, redacted with 50 secrets, through the spool and until it is durable in the controller",
    unit: "MB/s",
    rounds: 5,
    goals: [
      { says: "≥ 100 MB/s", isReached: (figures) => atLeast(figures.get(NAMES.millwright)?.median, 100) },
      {
        says: "≥ 10 × Buildbot",
        isReached: (figures) => {
          const other = figures.get(NAMES.buildbot)?.median;
          return other === undefined ? undefined : atLeast(figures.get(NAMES.millwright)?.median, 10 * other);
        },
      },
      {
        says: `no process takes more than ${MOST_MORE_MIB} MiB above what it had`,
        isReached: () => (more.size === 0 ? undefined : mostMib(more) <= MOST_MORE_MIB),
      },
    ],
    prepare: (folder) => prepare(folder, sizes, more),
  };
}

async function prepare(folder: string, { mib, processes }: LogSizes, more: Map<string, number>): Promise<Prepared> {
  const random = new Random(1);
  const secrets = fiftySecrets(random);
  const oneOf = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
  const text = join(folder, "text");
  const part = logText(random, Math.min(mib, 32) * MIB, () => `export TOKEN=${oneOf(oneOf(secrets).split("\n"))}`);
  for (let left = mib; left > 0; left -= 32) writeFileSync(text, part, { flag: "a" });
  const bytes = part.length * Math.ceil(mib / 32);
  const data = join(folder, "controller");
  mkdirSync(data, { mode: 0o700 });
  const controller = await ControllerProcess.start(data);
  const agent = await OneAgent.connect(controller, data);
  const sink = await (processes ? forkSink() : openSink());
  const start = processes ? forkPart : partHere;
  const notes = [
    `${(bytes / 1e6).toFixed(0)} MB of lines as npm, webpack and Gradle print them, each thousandth with a secret`,
    "step, supervisor, agent and controller are processes of their own; SQLite with synchronous=FULL, TLS",
    "after each round the controller proved the length and the SHA-256 of the whole log",
  ];
  const oneRound = async () => {
    const job = { folder: join(folder, "job"), text, secrets };
    const parts = [start(), start()] as const;
    try {
      return speedOf(bytes, await way(job, parts, controller, agent, more, notes));
    } finally {
      await Promise.all(parts.map((each) => each.close()));
      rmSync(job.folder, { recursive: true, force: true });
    }
  };
  return {
    ways: [
      { name: NAMES.millwright, measure: oneRound },
      {
        name: NAMES.pipe,
        measure: async () => speedOf(bytes, await timed(() => pipeToFile(text, join(folder, "out")))),
      },
      { name: NAMES.grpc, measure: async () => speedOf(bytes, await timed(() => streamToSink(text, sink.address))) },
    ],
    missing: [{ name: NAMES.buildbot, why: "its log is measured by nobody yet" }],
    notes,
    [Symbol.asyncDispose]: async () => {
      agent.close();
      sink.close();
      await controller.stop();
    },
  };
}

/** Milliseconds from the step's start until its last byte was acknowledged. */
async function way(
  job: { folder: string; text: string; secrets: string[] },
  [supervisor, uplink]: readonly [Part, Part],
  controller: ControllerProcess,
  agent: OneAgent,
  more: Map<string, number>,
  notes: string[],
): Promise<number> {
  mkdirSync(job.folder);
  const taken = await agent.take();
  const memory = new MemoryOf(controller.child.pid ?? 0);
  const began = performance.now();
  const delivering = uplink.do({
    part: "deliver",
    plan: { ...whereIs(controller), ...taken, folder: job.folder, windowBytes: WINDOW },
  });
  const [spooled, delivered] = await Promise.all([supervisor.do({ part: "supervise", plan: job }), delivering]);
  const took = performance.now() - began;
  const log = spooled.done as Spooled;
  if (delivered.done !== log.length) throw new Error(`${delivered.done} of ${log.length} bytes were acknowledged`);
  await agent.end(taken, { log });
  for (const [name, mib] of Object.entries({
    supervisor: spooled.mib,
    agent: delivered.mib,
    controller: memory.more(),
  }))
    more.set(name, Math.max(mib, more.get(name) ?? 0));
  notes[3] = `MiB more at most: ${[...more].map(([name, mib]) => `${name} ${mib.toFixed(0)}`).join(", ")}`;
  return took;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** MB are a million bytes. */
function speedOf(bytes: number, ms: number): number[] {
  return [bytes / 1000 / ms];
}

function atLeast(value: number | undefined, least: number): boolean | undefined {
  return value === undefined ? undefined : value >= least;
}
