import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import { hasEnded } from "../client/watch-build.ts";
import type { Output } from "../terminal/output.ts";
import { harmless } from "../terminal/text.ts";
import { statusText } from "./describe.ts";
import { endedStepLines } from "./step-lines.ts";

const FRAME_MS = 100;

/** What is seen of a build while it is followed: its log, which tells its steps itself, the list of its steps, or no more than its end. */
export type Shown = "log" | "steps" | "end";

/** Shows a build while it is followed: a moving last line on a live terminal, a line for each change elsewhere. */
export class BuildView {
  private readonly output: Output;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly shown: Shown;
  private build: BuildDetails | undefined;
  private away = false;
  private waitingFor: string | undefined;
  private ranAs = "";
  private stepsToldOf = { attempt: 0, count: 0 };

  constructor(output: Output, shown: Shown) {
    this.output = output;
    this.shown = shown;
    this.timer = output.live ? setInterval(() => this.draw(), FRAME_MS) : undefined;
  }

  /** The build as it is now. */
  show(build: BuildDetails): void {
    this.build = build;
    this.draw(); // first, or the lines would come above what was
    const runs = build.status === "running" && build.agent ? `${build.agent}, attempt ${build.attempt}` : "";
    if (runs !== "" && runs !== this.ranAs) {
      const attempt = build.attempt > 1 ? ` (attempt ${build.attempt})` : "";
      if (this.shown !== "end") this.output.line(`Running on ${harmless(build.agent ?? "")}${attempt}.`);
      this.ranAs = runs;
    }
    this.showWaiting(build);
    if (this.shown === "steps") this.showEndedSteps(build);
  }

  /** The controller went away (its failure) or is back (undefined). */
  showOutage(failure: Failure | undefined): void {
    if ((failure !== undefined) === this.away) return;
    this.away = failure !== undefined;
    if (!this.output.live) {
      this.output.note(failure ? `${failure.what} ${failure.why} Trying again.` : "The controller answers again.");
    }
    this.draw();
  }

  /** Takes the last line away. */
  end(): void {
    clearInterval(this.timer);
    this.output.finishLog();
    this.output.status("");
  }

  /** Steps end in their order, so it is enough to count them; another attempt begins anew. */
  private showEndedSteps({ attempt, steps }: BuildDetails): void {
    if (attempt !== this.stepsToldOf.attempt) this.stepsToldOf = { attempt, count: 0 };
    const ended = steps.filter(({ state }) => state !== "running");
    const fresh = ended.slice(this.stepsToldOf.count);
    for (const line of fresh.flatMap((step) => endedStepLines(step, this.output.style))) this.output.line(line);
    this.stepsToldOf.count = ended.length;
  }

  private showWaiting(build: BuildDetails): void {
    const reason = build.status === "queued" || build.status === "pending" ? (build.waitingFor ?? "") : undefined;
    if (reason === undefined || reason === this.waitingFor) return;
    this.waitingFor = reason;
    if (this.shown === "end" || this.output.live) return;
    const how = build.status === "pending" ? "Pending" : "Waiting for an agent";
    this.output.line(reason === "" ? how : `${how}: ${harmless(reason)}`);
  }

  private draw(): void {
    if (this.build && this.output.live) this.output.status(this.whatGoesOn(this.build));
  }

  private whatGoesOn(build: BuildDetails): string {
    const now = Date.now();
    const { style } = this.output;
    if (this.away) {
      const away = "The controller doesn't answer. Trying again; the build goes on.";
      return `${style.spinner(now)} ${style.tone("warn", away)}`;
    }
    if (!hasEnded(build)) return statusText(build, now, style);
    return this.shown === "log" ? `${style.spinner(now)} It has ended. Reading the rest of its log.` : "";
  }
}
