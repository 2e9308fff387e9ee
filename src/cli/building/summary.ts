import { formatDuration, formatSize } from "../../base/units.ts";
import type { Artifact, BuildDetails } from "../../protocol/api.ts";
import { failureLines } from "../terminal/failure.ts";
import type { Output } from "../terminal/output.ts";
import type { Style } from "../terminal/style.ts";
import { harmless, pad, widthOf } from "../terminal/text.ts";
import { commitOf, elapsed, whatItBuilds } from "./describe.ts";
import { stepLines, withMore } from "./step-lines.ts";

const RESULTS = {
  success: ["good", "succeeded"],
  failed: ["bad", "failed"],
  canceled: ["warn", "was canceled"],
} as const;

/** The end of a build that was followed: what `printBuild` prints, and its failure on stderr; `steps` where they aren't seen yet. */
export function printSummary(output: Output, build: BuildDetails, steps = true): void {
  if (steps) output.line();
  printBuild(output, steps ? build : { ...build, steps: [] });
  if (build.failure) printFailure(output, build.failure);
}

/** Steps with their times, the state or result, and the artifacts. */
export function printBuild(output: Output, build: BuildDetails): void {
  for (const line of stepLines(build.steps, output.style)) output.line(line);
  for (const line of resultLines(build, output.style)) output.line(line);
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

function resultLines(build: BuildDetails, style: Style): string[] {
  const [tone, word] = RESULTS[build.status as keyof typeof RESULTS] ?? ["warn", `is ${build.status}`];
  const took = elapsed(build.startedAt, build.finishedAt, Date.now());
  const text = `Build ${build.id} ${word}${took === undefined ? "" : ` in ${formatDuration(took)}`}`;
  const about = [build.app.name, whatItBuilds(build), commitOf(build), build.agent].filter((part) => part);
  const sign = style.kind.live ? `${style.sign(tone)} ` : "";
  return withMore(`${sign}${style.tone(tone, text)}`, about.join(", "), style);
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
