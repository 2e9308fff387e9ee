import { formatDuration, formatSize } from "../../base/units.ts";
import type { Artifact, BuildDetails, BuildStep } from "../../protocol/api.ts";
import { failureLines } from "../terminal/failure.ts";
import type { Output } from "../terminal/output.ts";
import type { Style } from "../terminal/style.ts";
import { harmless, pad, widthOf } from "../terminal/text.ts";
import { commitOf, elapsed, whatItBuilds } from "./describe.ts";

const RESULTS = {
  success: ["good", "succeeded"],
  failed: ["bad", "failed"],
  canceled: ["warn", "was canceled"],
} as const;

/** The end of a build that was followed: what `printBuild` prints, and its failure on stderr. */
export function printSummary(output: Output, build: BuildDetails): void {
  output.line();
  printBuild(output, build);
  if (build.failure) printFailure(output, build.failure);
}

/** Steps with their times, the state or result, and the artifacts. */
export function printBuild(output: Output, build: BuildDetails): void {
  for (const line of stepLines(build.steps, output.style)) output.line(line);
  output.line(resultLine(build, output.style));
  for (const line of artifactLines(build.artifacts, output.style)) output.line(line);
  for (const line of removedLines(build)) output.line(output.style.tone("warn", line));
}

/** What was kept long enough and is no longer there. */
function removedLines({ artifacts, artifactsRemovedAt, logRemovedAt }: BuildDetails): string[] {
  const day = (at: string) => at.slice(0, 10);
  return [
    ...(artifactsRemovedAt && artifacts.length > 0 ? [`Its files were removed on ${day(artifactsRemovedAt)}.`] : []),
    ...(logRemovedAt ? [`Its log was removed on ${day(logRemovedAt)}.`] : []),
  ];
}

/** The parts of a failure, for people. */
export function printFailure(output: Output, failure: NonNullable<BuildDetails["failure"]>): void {
  for (const line of failureLines(failure, output.noteStyle)) output.note(line);
}

/** One line a step: sign, title, time, detail. */
export function stepLines(steps: readonly BuildStep[], style: Style, nowMs = Date.now()): string[] {
  const titleWidth = Math.max(0, ...steps.map((step) => widthOf(step.title)));
  const times = steps.map((step) =>
    step.state === "skipped" ? "" : formatDuration(elapsed(step.startedAt, step.finishedAt, nowMs) ?? 0),
  );
  const timeWidth = Math.max(0, ...times.map(widthOf));
  const signs = {
    ok: "good",
    warning: "warn",
    skipped: "quiet",
    failed: "bad",
    canceled: "warn",
    running: "quiet",
  } as const;
  return steps.map((step, index) => {
    const word = style.kind.live ? style.sign(signs[step.state]) : pad(step.state, 8);
    const detail = step.detail ? style.tone("quiet", `  ${harmless(step.detail).split("\n")[0]}`) : "";
    return `${word} ${pad(harmless(step.title), titleWidth)}  ${pad(times[index] ?? "", timeWidth, "right")}${detail}`.trimEnd();
  });
}

function resultLine(build: BuildDetails, style: Style): string {
  const [tone, word] = RESULTS[build.status as keyof typeof RESULTS] ?? ["warn", `is ${build.status}`];
  const took = elapsed(build.startedAt, build.finishedAt, Date.now());
  const text = `Build ${build.id} ${word}${took === undefined ? "" : ` in ${formatDuration(took)}`}`;
  const about = [build.app.name, whatItBuilds(build), commitOf(build), build.agent].filter((part) => part);
  const sign = style.kind.live ? `${style.sign(tone)} ` : "";
  return `${sign}${style.tone(tone, text)}  ${style.tone("quiet", harmless(about.join(", ")))}`;
}

function artifactLines(artifacts: readonly Artifact[], style: Style): string[] {
  const width = Math.max(0, ...artifacts.map((artifact) => widthOf(artifact.name)));
  return artifacts.map((artifact) => {
    const facts = ["applicationId", "identifier", "bundleId", "packageId", "version", "versionName"]
      .map((key) => artifact.metadata[key])
      .filter((value) => value !== undefined);
    const about = [artifact.kind, ...facts].join(" ");
    return `  ${pad(harmless(artifact.name), width)}  ${pad(formatSize(artifact.size), 9, "right")}  ${style.tone("quiet", harmless(about))}`;
  });
}
