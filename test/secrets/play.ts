import { readFileSync, rmSync } from "node:fs";
import { inspect } from "node:util";
import { MillwrightError } from "../../src/base/errors/millwright-error.ts";
import type { Redactor } from "../../src/base/redaction/redactor.ts";
import type { JobContext } from "../../src/build/job/context.ts";
import type { RecentLines } from "../../src/build/job/recent-lines.ts";
import type { Step } from "../../src/build/job/step.ts";
import { runSteps } from "../../src/build/supervisor/run-steps.ts";
import { EventWriter, readEvents } from "../../src/protocol/job-folder/events.ts";
import type { Random } from "../model/random.ts";
import { jobIn } from "./job.ts";
import { type Item, inChunks, type Plan } from "./plan.ts";

/** All that can be read of a job afterwards, by where it stands. */
export type Seen = Record<string, Buffer>;

/**
 * Plays a case through the product: a step that prints and warns, and one that fails, in a job folder on disk that is
 * removed at the end.
 */
export async function play(plan: Plan, random: Random, redactor: Redactor, folder: string): Promise<Seen> {
  const { context, spool } = jobIn(folder, redactor);
  const events = new EventWriter(context.paths.events);
  const [command, line, detail, reason] = plan.spoken.map((item) => item.text) as [string, string, string, string];
  const kept: string[] = [];
  const print = async (job: JobContext) => {
    job.log.command(["tool", "--key", command]);
    keep(kept, printAll(plan, random, job));
    const open = job.log.output();
    for (const chunk of inChunks(random, Buffer.from(plan.open))) open.write("stderr", chunk);
    open.end();
    job.log.line(line);
    return { outcome: "warning", detail } as const;
  };
  const fail = async () => {
    throw random.chance(0.5) ? new Error(reason) : failureWith(reason, kept);
  };
  try {
    redactor.add(plan.secrets);
    const steps: Step[] = [
      { id: "web-build", run: print },
      { id: "collect", run: fail },
    ];
    const outcome = await runSteps(context, events, steps, { step: "" });
    spool.close();
    const { paths } = context;
    return {
      spool: readFileSync(paths.log),
      "recent lines": Buffer.from(kept.join("\n")),
      "events file": readFileSync(paths.events),
      events: Buffer.from(
        readEvents(paths.events, 0)
          .map((event) => `${event.title} ${event.detail}`)
          .join("\n"),
      ),
      failure: Buffer.from(Object.values(outcome.failure ?? {}).join("\n")),
      fault: Buffer.from(outcome.fault === undefined ? "" : inspect(outcome.fault)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both streams of a command in turns, each cut anywhere. */
function printAll(plan: Plan, random: Random, job: JobContext): RecentLines {
  const sink = job.log.output({ thinProgress: random.chance(0.2), noteworthy: /task|private|Bearer/ });
  const bytesOf = (items: readonly Item[]) => Buffer.from(items.map(({ text }) => text).join(""));
  const left = { stdout: inChunks(random, bytesOf(plan.stdout)), stderr: inChunks(random, bytesOf(plan.stderr)) };
  while (left.stdout.length + left.stderr.length > 0) {
    const stream = random.chance(left.stdout.length / (left.stdout.length + left.stderr.length)) ? "stdout" : "stderr";
    const chunk = left[stream].shift();
    if (chunk) sink.write(stream, chunk);
  }
  return sink.end();
}

function keep(kept: string[], recent: RecentLines): void {
  kept.push(...recent.all(), ...recent.telling(), recent.reason(), recent.match(/.*TOKEN.*/)?.[0] ?? "");
}

/** As steps make them of what a command printed and of what they know themselves. */
function failureWith(reason: string, kept: readonly string[]): MillwrightError {
  const text = { what: `It failed: ${reason}`, why: reason, next: `Look at ${reason}.` };
  return new MillwrightError({
    code: "COMMAND_FAILED",
    blame: "user",
    ...text,
    detail: [reason, ...kept.slice(-5)].join("\n"),
  });
}
