import { formatDuration } from "../../base/units.ts";
import type { Build, BuildDetails } from "../../protocol/api.ts";
import { BUILD_STATUSES, PLATFORMS } from "../../protocol/build-types.ts";
import { segment } from "../client/api.ts";
import type { Session } from "../session.ts";
import { ago } from "../terminal/ago.ts";
import { failureLines } from "../terminal/failure.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber, unknownWord } from "../usage.ts";
import { elapsed, paintStatus, sourceOf, statusText, whatItBuilds } from "./describe.ts";
import { printBuild } from "./summary.ts";

/** What `--platform` may name. */
export const HOST_PLATFORMS: readonly string[] = [...PLATFORMS, "web"];

/** The controller refuses a higher limit. */
const MOST_AT_ONCE = 500;

export interface ListOptions {
  app?: string;
  status?: string;
  platform?: string;
  branch?: string;
  limit: string;
}

/** `millwright builds`. */
export async function listBuilds(session: Session, command: string, options: ListOptions): Promise<number> {
  mustBeOneOf(command, "status", options.status, BUILD_STATUSES);
  mustBeOneOf(command, "platform", options.platform, HOST_PLATFORMS);
  const limit = positiveNumber(command, "--limit", options.limit);
  const api = await session.connect();
  const { app, status, platform, branch } = options;
  const query = { app, status, platform, branch, limit };
  const answer = await api.get<{ builds: Build[]; next?: number }>("/builds", query);
  session.answer(answer, (output) => {
    if (answer.builds.length === 0) return output.note("No builds.");
    for (const line of tableLines(answer.builds, columns(output.style, Date.now()), output.style)) output.line(line);
    if (answer.next !== undefined && output.live) output.note(toSeeOlder(limit));
  });
  return 0;
}

/** `millwright builds show`. */
export async function showBuild(session: Session, command: string, text: string): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const build = await (await session.connect()).get<BuildDetails>(`/builds/${segment(id)}`);
  session.answer(build, (output) => {
    printBuild(output, build);
    for (const line of build.failure ? failureLines(build.failure, output.style) : []) output.line(line);
    if (build.finishedAt === undefined) output.line(statusText(build, Date.now(), output.style));
  });
  return 0;
}

function mustBeOneOf(command: string, kind: string, word: string | undefined, names: readonly string[]): void {
  if (word !== undefined && !names.includes(word)) throw unknownWord(command, kind, word, names);
}

function toSeeOlder(limit: number): string {
  if (limit < MOST_AT_ONCE) return `There are older ones: --limit ${Math.min(limit * 2, MOST_AT_ONCE)}`;
  return "There are older ones: ask for those of one --app, --branch, --platform or --status.";
}

function columns(style: Style, nowMs: number): Column<Build>[] {
  const took = (build: Build) => elapsed(build.startedAt, build.finishedAt, nowMs);
  return [
    { title: "BUILD", cell: (build) => String(build.id), side: "right" },
    { title: "STATUS", cell: (build) => build.status, paint: (text, build) => paintStatus(build.status, text, style) },
    { title: "APP", cell: (build) => build.app.name, least: 6 },
    { title: "WHAT", cell: whatItBuilds, least: 10, share: 1.5 },
    { title: "COMMIT", cell: sourceOf, least: 10, share: 2 },
    { title: "BY", cell: (build) => build.requestedBy ?? "", least: 8, leaveOut: 3 },
    { title: "CREATED", cell: (build) => ago(build.createdAt, nowMs) },
    { title: "TOOK", cell: (build) => formatted(took(build)), side: "right", leaveOut: 1 },
    { title: "FAILURE", cell: (build) => build.failure?.code ?? "", least: 10, leaveOut: 2 },
  ];
}

function formatted(ms: number | undefined): string {
  return ms === undefined ? "" : formatDuration(ms);
}
