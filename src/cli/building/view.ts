import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import type { Output } from "../terminal/output.ts";
import { harmless } from "../terminal/text.ts";
import { statusText } from "./describe.ts";

const FRAME_MS = 100;

/** Shows a build while it is followed: a moving last line on a live terminal, a line for each change elsewhere. */
export class BuildView {
  private readonly output: Output;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly lines: boolean;
  private build: BuildDetails | undefined;
  private away = false;
  private waitingFor: string | undefined;
  private ranAs = "";

  /** `lines` are left out where only the end is asked for. */
  constructor(output: Output, lines: boolean) {
    this.output = output;
    this.lines = lines;
    this.timer = output.live ? setInterval(() => this.draw(), FRAME_MS) : undefined;
  }

  /** The build as it is now. */
  show(build: BuildDetails): void {
    this.build = build;
    const runs = build.status === "running" && build.agent ? `${build.agent}, attempt ${build.attempt}` : "";
    if (runs !== "" && runs !== this.ranAs) {
      const attempt = build.attempt > 1 ? ` (attempt ${build.attempt})` : "";
      if (this.lines) this.output.line(`Running on ${harmless(build.agent ?? "")}${attempt}.`);
      this.ranAs = runs;
    }
    this.showWaiting(build);
    this.draw();
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

  private showWaiting(build: BuildDetails): void {
    const reason = build.status === "queued" || build.status === "pending" ? (build.waitingFor ?? "") : undefined;
    if (reason === undefined || reason === this.waitingFor) return;
    this.waitingFor = reason;
    if (!this.lines || this.output.live) return;
    const how = build.status === "pending" ? "Pending" : "Waiting for an agent";
    this.output.line(reason === "" ? how : `${how}: ${harmless(reason)}`);
  }

  private draw(): void {
    if (!this.build || !this.output.live) return;
    const now = Date.now();
    const style = this.output.style;
    const away = `${style.spinner(now)} ${style.tone("warn", "The controller doesn't answer. Trying again; the build goes on.")}`;
    this.output.status(this.away ? away : statusText(this.build, now, style));
  }
}
