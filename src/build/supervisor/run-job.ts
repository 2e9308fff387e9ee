import { existsSync, mkdirSync } from "node:fs";
import { Redactor } from "../../base/redaction/redactor.ts";
import { formatDuration } from "../../base/units.ts";
import type { BuildKind } from "../../protocol/build-types.ts";
import { EventWriter } from "../../protocol/job-folder/events.ts";
import { LogSpool } from "../../protocol/job-folder/log-spool.ts";
import { jobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import { openCaches } from "../caches/job-caches.ts";
import { containmentLine, trustLine } from "../containment/tell.ts";
import { watchLimits } from "../containment/watch-limits.ts";
import { openEgress } from "../egress/egress.ts";
import type { JobContext } from "../job/context.ts";
import { limitsOf } from "../job/limits.ts";
import { JobLog } from "../job/log.ts";
import { MaterialDesk } from "../job/material-desk.ts";
import { Parts } from "../job/parts.ts";
import type { Step } from "../job/step.ts";
import type { Stop } from "../job/stop.ts";
import { banner } from "./banner.ts";
import { bareResult, lostWrite, writeResult } from "./bare-result.ts";
import { endLeftProcesses, removeFolders } from "./clean-up.ts";
import { pipelineOf } from "./pipeline.ts";
import { readJob } from "./read-job.ts";
import { type Outcome, runSteps } from "./run-steps.ts";

/**
 * Does one job from its folder to its result.json, which is there in the end whatever happens; a folder that has one
 * already is left alone. `onFault` gets what should not have happened. `stepsOf` is another way than that of builds.
 */
export async function runJob(
  folder: string,
  stop: Stop,
  onFault: (error: unknown) => void,
  stepsOf: (kind: BuildKind) => readonly Step[] = pipelineOf,
): Promise<void> {
  const paths = jobPaths(folder);
  if (existsSync(paths.result)) return;
  const startedAtMs = Date.now();
  try {
    await run(folder, stop, startedAtMs, onFault, stepsOf);
  } catch (error) {
    onFault(error);
    if (!existsSync(paths.result)) writeResult(paths, bareResult(paths, error, startedAtMs));
  }
}

async function run(
  folder: string,
  stop: Stop,
  startedAtMs: number,
  onFault: (error: unknown) => void,
  stepsOf: (kind: BuildKind) => readonly Step[],
): Promise<void> {
  const { paths, spec, host } = readJob(folder);
  const spool = new LogSpool(paths.log, host.logLimitBytes, host.logTailBytes);
  const events = new EventWriter(paths.events);
  const log = new JobLog(spool, new Redactor(), (error) => stop.fail(lostWrite(error)));
  const parts = new Parts();
  const running = { step: "", id: "" };
  const materials = new MaterialDesk(spec, host, log, stop, parts, () => running.id);
  const context: JobContext = {
    spec,
    host,
    paths,
    log,
    stop,
    materials,
    parts,
    found: { artifacts: [], tools: [], subfolder: "", mirrors: new Set(), mended: new Set() },
  };
  const caches = host.refused ? undefined : openCaches(context, events);
  if (caches) context.caches = caches;
  const egress = await openEgress(context);
  if (egress) context.egress = egress;
  mkdirSync(host.scratch, { recursive: true, mode: 0o700 });
  log.line(banner(spec, host));
  log.line(containmentLine(spec, host));
  const untrusted = trustLine(spec, host);
  if (untrusted !== undefined) log.line(untrusted);

  const unwatch = stop.watch(
    limitsOf(spec, host),
    () => running.step,
    () => log.quietSince,
  );
  const unlimit = host.isolation?.program && spec.platform !== "ios" ? watchLimits(context, host.isolation) : () => {};
  const outcome = await runSteps(context, events, stepsOf(spec.kind), running);
  unlimit();
  unwatch();
  if (outcome.fault !== undefined) onFault(outcome.fault);
  const clear = await endLeftProcesses(context);
  await egress?.close();
  caches?.report();
  log.line(`\n${closing(outcome)} in ${formatDuration(Date.now() - startedAtMs)}`);
  const end = spool.close();
  const result = resultOf(context, outcome, startedAtMs, events.lastSeq, end);
  writeResult(paths, result);
  await caches?.end(clear && !stop.signal.aborted, onFault);
  await removeFolders(context);
}

function closing({ outcome }: Outcome): string {
  return { success: "Build succeeded", failed: "Build failed", canceled: "Build canceled" }[outcome];
}

function resultOf(
  context: JobContext,
  outcome: Outcome,
  startedAtMs: number,
  lastEventSeq: number,
  log: { length: number; sha256: string; truncated: boolean },
): JobResult {
  const { commit, artifacts } = context.found;
  return {
    outcome: outcome.outcome,
    ...(outcome.failure ? { failure: outcome.failure } : {}),
    ...(commit ? { commitSha: commit.sha, commitMessage: commit.message } : {}),
    startedAtMs,
    finishedAtMs: Date.now(),
    logLength: log.length,
    logSha256: log.sha256,
    logTruncated: log.truncated,
    lastEventSeq,
    artifacts,
  };
}
