import { formatDuration } from "../../base/units.ts";
import type { BuildStep } from "../../protocol/api.ts";
import type { Style } from "../terminal/style.ts";
import { harmless, pad, widthOf, wrap } from "../terminal/text.ts";
import { elapsed } from "./describe.ts";

const SIGNS = {
  ok: "good",
  warning: "warn",
  skipped: "quiet",
  failed: "bad",
  canceled: "warn",
  running: "quiet",
} as const;

/** Wide enough for the titles that there are: lines that are written one by one are to stand below each other. */
const TITLE_COLUMNS = 28;
const TIME_COLUMNS = 12;

/** A line a step, aligned: sign, title, time, detail. */
export function stepLines(steps: readonly BuildStep[], style: Style, nowMs = Date.now()): string[] {
  const titleWidth = Math.max(0, ...steps.map((step) => widthOf(step.title)));
  const times = steps.map((step) => timeOf(step, nowMs));
  const timeWidth = Math.max(0, ...times.map(widthOf));
  return steps.flatMap((step, index) => {
    const word = style.kind.live ? style.sign(SIGNS[step.state]) : pad(step.state, 8);
    const time = pad(times[index] ?? "", timeWidth, "right");
    return withMore(`${word} ${pad(harmless(step.title), titleWidth)}  ${time}`, step.detail, style);
  });
}

/** The line of a step that has ended, as it is written while the build goes on. */
export function endedStepLines(step: BuildStep, style: Style): string[] {
  const title = harmless(step.title);
  const time = timeOf(step, Date.now());
  const sign = style.mark(SIGNS[step.state]);
  if (!style.kind.live) return withMore(`${sign} ${title}  ${time}`, step.detail, style);
  return withMore(`${sign} ${pad(title, TITLE_COLUMNS)}  ${pad(time, TIME_COLUMNS, "right")}`, step.detail, style);
}

/** The first line of `more` behind a line, or below it where the terminal is too narrow for both. */
export function withMore(line: string, more: string | undefined, style: Style): string[] {
  const [first = ""] = (more ?? "").split("\n");
  const about = harmless(first);
  if (about === "") return [line.trimEnd()];
  const columns = style.kind.columns();
  if (widthOf(line) + 2 + widthOf(about) <= columns) return [`${line}  ${style.tone("quiet", about)}`];
  return [line.trimEnd(), ...wrap(about, columns - 4).map((each) => `    ${style.tone("quiet", each)}`)];
}

function timeOf(step: BuildStep, nowMs: number): string {
  return step.state === "skipped" ? "" : formatDuration(elapsed(step.startedAt, step.finishedAt, nowMs) ?? 0);
}
