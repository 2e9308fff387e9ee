import type { Output } from "../terminal/output.ts";
import { harmless, pad, wrap } from "../terminal/text.ts";
import type { Check } from "./check.ts";
import { whyOf } from "./why.ts";

const FRAME_MS = 100;
const TITLE_COLUMNS = 16;
const MOST_COLUMNS = 110;
const TONES = { ok: "good", warning: "warn", failed: "bad", skipped: "quiet" } as const;

/** Prints each check as it is done, and on a live terminal what is being looked at. */
export class DoctorView {
  readonly checks: Check[] = [];
  private readonly output: Output;
  private readonly timer: NodeJS.Timeout | undefined;
  private work = "";

  constructor(output: Output) {
    this.output = output;
    this.timer = output.live ? setInterval(() => this.draw(), FRAME_MS) : undefined;
  }

  /** What goes on now, as `Asking the controller`. */
  doing(work: string): void {
    this.work = work;
    this.draw();
  }

  add(...checks: Check[]): void {
    this.checks.push(...checks.map((check) => withWhy(check)));
    for (const line of checks.flatMap((check) => this.linesOf(check))) this.output.line(line);
  }

  /** Takes the last line away. */
  end(): void {
    clearInterval(this.timer);
    this.output.status("");
  }

  private draw(): void {
    if (this.work !== "") this.output.status(`${this.output.style.spinner(Date.now())} ${this.work}…`);
  }

  private linesOf({ id, title, state, found, next, code }: Check): string[] {
    const { style } = this.output;
    const { live } = style.kind;
    const whole = live ? Math.min(MOST_COLUMNS, style.kind.columns()) : Number.POSITIVE_INFINITY;
    const columns = whole - TITLE_COLUMNS - 3;
    const indent = " ".repeat(TITLE_COLUMNS + 2);
    const named = code === undefined ? found : `${found} [${code}]`;
    const [first = "", ...more] = this.wrapped(named, columns);
    const why = state === "warning" || state === "failed" ? whyOf(id) : undefined;
    const reasons = why === undefined ? [] : this.wrapped(why, columns);
    const steps = next === undefined ? [] : this.wrapped(`${style.kind.unicode ? "→" : "->"} ${next}`, columns);
    return [
      `${style.sign(TONES[state])} ${pad(title, TITLE_COLUMNS)}${first}`,
      ...more.map((line) => indent + line),
      ...reasons.map((line) => indent + style.tone("quiet", line)),
      ...steps.map((line) => indent + style.tone("accent", line)),
    ];
  }

  private wrapped(text: string, columns: number): string[] {
    return text.split("\n").flatMap((line) => wrap(harmless(line), columns));
  }
}

function withWhy(check: Check): Check {
  const why = whyOf(check.id);
  return why === undefined ? check : { ...check, why };
}
