import { formatDuration } from "../../base/units.ts";
import type { Build, BuildDetails } from "../../protocol/api.ts";
import type { BuildStatus } from "../../protocol/build-types.ts";
import type { Style } from "../terminal/style.ts";
import { harmless } from "../terminal/text.ts";

/** `android debug`, `web`. */
export function whatItBuilds(build: Build): string {
  if (build.kind === "deploy") return "web";
  return [build.platform, build.buildType, build.packageType].filter((word) => word).join(" ");
}

/** `main (3f2a1b0c9d)`, or one of the two. */
export function commitOf(build: Build): string {
  const asked = /^[0-9a-f]{40}$/.test(build.commit) ? build.commit.slice(0, 10) : build.commit;
  const sha = build.commitSha?.slice(0, 10);
  return harmless(sha && sha !== asked ? `${asked} (${sha})` : asked);
}

/** The line that a build begins with: `Build 12: shop, android debug, commit main`. */
export function firstLine(build: Build, style: Style): string {
  return `${style.tone("strong", `Build ${build.id}`)}: ${build.app.name}, ${whatItBuilds(build)}, commit ${commitOf(build)}`;
}

/** For lists: `main: Mend the login`, the branch or the commit with the first line of its message. */
export function sourceOf({ branch, commit, commitNote }: Build): string {
  const named = branch ?? (/^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 10) : commit);
  return harmless(commitNote ? `${named}: ${commitNote}` : named);
}

/** Milliseconds between two times of the API, or up to now; undefined before the first. */
export function elapsed(from: string | undefined, to: string | undefined, nowMs: number): number | undefined {
  if (from === undefined) return undefined;
  return Math.max(0, (to === undefined ? nowMs : Date.parse(to)) - Date.parse(from));
}

/** The status in its colour. */
export function paintStatus(status: BuildStatus, text: string, style: Style): string {
  const tones = {
    success: "good",
    failed: "bad",
    canceled: "warn",
    running: "accent",
    queued: "quiet",
    pending: "quiet",
  } as const;
  return style.tone(tones[status] ?? "quiet", text);
}

/** What goes on in a build, for the last line of a terminal. */
export function statusText(build: BuildDetails, nowMs: number, style: Style): string {
  const spinner = style.spinner(nowMs);
  const time = (from: string | undefined) => formatDuration(elapsed(from, undefined, nowMs) ?? 0);
  const dots = style.kind.unicode ? "…" : "...";
  if (build.cancelRequested) return `${spinner} Canceling build ${build.id}${dots}`;
  if (build.status !== "running") {
    const reason = build.waitingFor ? style.tone("quiet", `  ${harmless(build.waitingFor)}`) : "";
    const awaited = build.status === "pending" ? "other builds of the account to end" : "an agent";
    return `${spinner} Waiting for ${awaited}${dots}  ${time(build.createdAt)}${reason}`;
  }
  const whole = style.tone("quiet", `  build ${build.id}, ${time(build.startedAt)}`);
  const step = build.steps.find((each) => each.state === "running");
  if (!step) return `${spinner} On ${harmless(build.agent ?? "its way to an agent")}${whole}`;
  return `${spinner} ${style.tone("strong", harmless(step.title))}  ${time(step.startedAt)}${whole}`;
}
