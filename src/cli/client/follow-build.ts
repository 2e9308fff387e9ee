import { wait } from "../../base/time/wait.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import type { Api } from "./api.ts";
import { LogReader } from "./follow-log.ts";
import type { Patience } from "./persist.ts";
import { watchBuild } from "./watch-build.ts";

export interface BuildListener {
  onLog: (bytes: Buffer) => void;
  onState: (build: BuildDetails) => void;
}

const STALLED_MS = 10_000;

/**
 * Follows log and state of a build until it has ended and its whole log was handed on. Resolves with its end, or undefined
 * when `patience.signal` aborted. Each of both connections can notice the end, so that one that died without a sign
 * doesn't hold up the other.
 */
export async function followBuild(
  api: Api,
  id: number,
  listener: BuildListener,
  patience: Patience,
): Promise<BuildDetails | undefined> {
  const failed = new AbortController();
  const logRead = new AbortController();
  const withSignal = (...signals: AbortSignal[]): Patience => ({
    ...patience,
    signal: AbortSignal.any([patience.signal, failed.signal, ...signals]),
  });
  const reader = new LogReader(api, id, listener.onLog);
  const log = reader.follow(withSignal()).finally(() => logRead.abort());
  const state = watchBuild(api, id, listener.onState, withSignal(logRead.signal)).then(async (end) => {
    if (end) await hurry(reader, AbortSignal.any([patience.signal, failed.signal, logRead.signal]));
    return end;
  });
  try {
    const [endByLog, endByWatch] = await Promise.all([log, state]);
    return endByLog ?? endByWatch;
  } catch (error) {
    failed.abort();
    await Promise.allSettled([log, state]);
    throw error;
  }
}

/** After the build's end its log can't be silent for long: a connection that brings nothing is replaced. */
async function hurry(reader: LogReader, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    const before = reader.offset;
    await wait(STALLED_MS, done);
    if (!done.aborted && reader.offset === before) reader.reconnect();
  }
}
