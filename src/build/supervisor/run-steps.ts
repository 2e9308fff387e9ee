import { type Failure, toFailure } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import type { EventWriter } from "../../protocol/job-folder/events.ts";
import { STEPS, type StepId, type StepOutcome } from "../../protocol/steps.ts";
import { collectReports } from "../artifacts/reports.ts";
import type { JobContext } from "../job/context.ts";
import type { Step } from "../job/step.ts";
import { Canceled } from "../job/stop.ts";
import { failureText } from "./failure-text.ts";
import { maskedFault } from "./masked-fault.ts";

export interface Outcome {
  outcome: "success" | "canceled" | "failed";
  failure?: Failure;
  /** What was thrown, with secrets masked, when that was a fault of our own. */
  fault?: Error;
}

const TITLES: ReadonlyMap<StepId, string> = new Map(STEPS);

/**
 * Runs the steps in order until one fails or the job is stopped. Each one's beginning and end stand in events and log.
 * `running` names the step that runs and has its id, for whoever watches. Never rejects.
 */
export async function runSteps(
  context: JobContext,
  events: EventWriter,
  steps: readonly Step[],
  running: { step: string; id?: string },
): Promise<Outcome> {
  for (const step of steps) {
    const title = TITLES.get(step.id) ?? step.id;
    const startedAt = performance.now();
    const finish = (outcome: StepOutcome, detail: string) => {
      const masked = context.log.redactor.text(detail);
      for (const part of context.parts?.take() ?? []) {
        const told = { atMs: part.endedAtMs, title: context.log.redactor.text(part.title), detail: String(part.ms) };
        events.write({ kind: "part", step: step.id, outcome: "", ...told });
      }
      events.write({ kind: "step-finished", step: step.id, title, outcome, detail: masked });
      return formatDuration(performance.now() - startedAt);
    };
    Object.assign(running, { step: title, id: step.id });
    events.write({ kind: "step-started", step: step.id, title, outcome: "", detail: "" });
    context.log.heading(title);
    try {
      context.stop.check();
      const end = await step.run(context);
      context.stop.check();
      const detail = "detail" in end ? end.detail : "";
      const took = finish(end.outcome, detail);
      context.log.line(closingLine(end.outcome, detail, took));
      if (step.id === "fetch") writeCommit(context, events);
    } catch (thrown) {
      return await endOf(context, step, thrown, finish);
    }
  }
  return { outcome: "success" };
}

function closingLine(outcome: "ok" | "warning" | "skipped", detail: string, took: string): string {
  if (outcome === "skipped") return `– skipped: ${detail}`;
  return outcome === "warning" ? `! ${detail} (${took})` : `✓ ${took}`;
}

function writeCommit(context: JobContext, events: EventWriter): void {
  const { commit } = context.found;
  if (commit) events.write({ kind: "commit", step: "", title: commit.message, outcome: "", detail: commit.sha });
}

async function endOf(
  context: JobContext,
  step: Step,
  thrown: unknown,
  finish: (outcome: StepOutcome, detail: string) => string,
): Promise<Outcome> {
  const reason = stoppedBy(context) ?? thrown;
  if (reason instanceof Canceled) {
    const took = finish("canceled", "");
    context.log.line(`✗ canceled after ${took}`);
    return { outcome: "canceled" };
  }
  const failure = masked(context, { ...toFailure(reason), step: step.id });
  const took = finish("failed", failure.what);
  context.log.line(`✗ failed after ${took}\n\n${failureText(failure)}`);
  if (!context.stop.signal.aborted) {
    await collectReports(context, step.id).catch((error: unknown) => {
      context.log.line(`The files that would explain it could not be kept: ${String(error)}`);
    });
  }
  return {
    outcome: "failed",
    failure,
    ...(failure.blame === "bug" ? { fault: maskedFault(context.log.redactor, reason) } : {}),
  };
}

/** What stopped the job goes before what its steps then died of. */
function stoppedBy(context: JobContext): unknown {
  return context.stop.signal.aborted ? context.stop.signal.reason : undefined;
}

function masked(context: JobContext, failure: Failure): Failure {
  // Paths read as they do in the repository.
  const text = (value: string) => context.log.redactor.text(value.replaceAll(`${context.host.worktree}/`, ""));
  const { what, why, next, detail } = failure;
  const shown = { ...failure, what: text(what), why: text(why), next: text(next) };
  return detail === undefined ? shown : { ...shown, detail: text(detail) };
}
