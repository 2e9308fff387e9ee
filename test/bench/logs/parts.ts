import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Sink } from "./baselines.ts";
import { deliver } from "./deliver.ts";
import type { Order, Report } from "./part.ts";
import { supervise } from "./supervise.ts";

/** Does one order after the other; answers with the MiB that it took above what the process had before. */
export interface Part {
  do(order: Order): Promise<{ done: unknown; mib: number }>;
  close(): Promise<void>;
}

/** A process of its own, as in the product. */
export function forkPart(): Part {
  const child = fork(fileURLToPath(new URL("./part.js", import.meta.url)));
  return {
    do: async (order) => {
      const report = await asked(child, order);
      if ("failed" in report) throw new Error(report.failed);
      return { done: report.done, mib: (report.mostKib - report.idleKib) / 1024 };
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function asked(child: ChildProcess, order: Order): Promise<Report> {
  const ended = new AbortController();
  const report = once(child, "message", { signal: ended.signal });
  const exit = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`a part of the log's way ended with ${code}`);
  });
  exit.catch(() => {}); // as soon as the report is there nobody waits for it
  child.send(order);
  try {
    return (await Promise.race([report, exit]))[0] as Report;
  } finally {
    ended.abort();
  }
}

/** The same in this process: for a log so short that only its way is looked at. */
export function partHere(): Part {
  return {
    do: async ({ part, plan }) => {
      if (part === "sink") throw new Error("a sink needs no process of its own here");
      return { done: part === "supervise" ? await supervise(plan) : await deliver(plan), mib: 0 };
    },
    close: async () => {},
  };
}

export async function forkSink(): Promise<Sink> {
  const child = fork(fileURLToPath(new URL("./part.js", import.meta.url)));
  const report = await asked(child, { part: "sink", plan: undefined });
  if ("failed" in report) throw new Error(report.failed);
  return { address: String(report.done), close: () => child.kill("SIGKILL") };
}
