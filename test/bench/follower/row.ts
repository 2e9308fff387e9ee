import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FolderWatch } from "../../../src/agent/jobs/folder-watch.ts";
import { LogUplink } from "../../../src/agent/uplink/log-uplink.ts";
import { wait } from "../../../src/base/time/wait.ts";
import { LogSpool } from "../../../src/protocol/job-folder/log-spool.ts";
import { jobPaths } from "../../../src/protocol/job-folder/paths.ts";
import { ControllerProcess } from "../fleet/controller-process.ts";
import { OneAgent, type Taken } from "../one-agent.ts";
import type { Prepared, Row } from "../row.ts";
import { Follower } from "./follower.ts";

const NAME = "Millwright";
/** Between two lines, at most: a build that prints one line after the other. */
const PAUSE_MS = 120;

/** How long it takes until a line that a build prints is read by somebody who follows it. */
export function followerRow(lines = 100): Row {
  return {
    name: "follower",
    measures: "a line written to the spool → read by a follower of the build's log, over HTTP",
    unit: "ms",
    rounds: 3,
    goals: [
      {
        says: "p95 ≤ 300 ms",
        isReached: (figures) => {
          const p95 = figures.get(NAME)?.p95;
          return p95 === undefined ? undefined : p95 <= 300;
        },
      },
    ],
    prepare: (folder) => prepare(folder, lines),
  };
}

async function prepare(folder: string, lines: number): Promise<Prepared> {
  const data = join(folder, "controller");
  mkdirSync(data, { mode: 0o700 });
  const controller = await ControllerProcess.start(data);
  const agent = await OneAgent.connect(controller, data);
  const measure = async (round: number) => {
    const job = join(folder, `job-${round}`);
    mkdirSync(job);
    const taken = await agent.take();
    const follower = await Follower.open(controller.url, data, taken.lease.buildId);
    const { times, log } = await printLines(job, lines, agent, taken, follower);
    await agent.end(taken, { log });
    await follower.ended();
    return times;
  };
  return {
    ways: [{ name: NAME, measure }],
    missing: [],
    notes: [
      `${lines} lines a round, one each ${PAUSE_MS / 2} ms and half of it more or less; each waits until it was read`,
      "the agent gathers for up to 100 ms after a line went out; the controller commits to SQLite with synchronous=FULL",
    ],
    [Symbol.asyncDispose]: async () => {
      agent.close();
      await controller.stop();
    },
  };
}

async function printLines(folder: string, lines: number, agent: OneAgent, taken: Taken, follower: Follower) {
  const paths = jobPaths(folder);
  const spool = new LogSpool(paths.log, 2 ** 30, 0);
  const { client } = agent;
  const sent = { client: () => client, ...taken, file: paths.log, windowBytes: 2 ** 20, flushMs: 250 };
  const uplink = new LogUplink({ ...sent, onDirective: () => {} });
  const watch = new FolderWatch(paths, (changed) => {
    if (changed.log) uplink.grew();
  });
  const times: number[] = [];
  const delivered = uplink.run();
  try {
    for (let number = 0; number < lines; number += 1) {
      const line = `> Task :app:step${number}\n`;
      const read = follower.has(line);
      const began = performance.now();
      spool.write(Buffer.from(line));
      await read;
      times.push(performance.now() - began);
      await wait(((number * 37) % 100) * (PAUSE_MS / 100));
    }
    const log = spool.close();
    uplink.finish(log.length);
    await delivered;
    return { times, log };
  } finally {
    uplink.stop();
    watch.close();
  }
}
