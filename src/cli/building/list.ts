import { formatDuration } from "../../base/units.ts";
import type { Build, BuildDetails } from "../../protocol/api.ts";
import { BUILD_STATUSES } from "../../protocol/build-types.ts";
import { segment } from "../client/api.ts";
import type { Session } from "../session.ts";
import { failureLines } from "../terminal/failure.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber, unknownWord } from "../usage.ts";
import { commitOf, elapsed, paintStatus, statusText, whatItBuilds } from "./describe.ts";
import { printBuild } from "./summary.ts";

export interface ListOptions {
  app?: string;
  status?: string;
  limit: string;
}

/** `millwright builds`. */
export async function listBuilds(session: Session, command: string, options: ListOptions): Promise<number> {
  const statuses: readonly string[] = BUILD_STATUSES;
  if (options.status !== undefined && !statuses.includes(options.status)) {
    throw unknownWord(command, "status", options.status, statuses);
  }
  const limit = positiveNumber(command, "--limit", options.limit);
  const api = await session.connect();
  const query = { app: options.app, status: options.status, limit };
  const answer = await api.get<{ builds: Build[]; next?: number }>("/builds", query);
  session.answer(answer, (output) => {
    if (answer.builds.length === 0) return output.note("No builds.");
    for (const line of tableLines(answer.builds, columns(output.style, Date.now()), output.style)) output.line(line);
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

function columns(style: Style, nowMs: number): Column<Build>[] {
  const took = (build: Build) => elapsed(build.startedAt, build.finishedAt, nowMs);
  return [
    { title: "BUILD", cell: (build) => String(build.id), side: "right" },
    { title: "STATUS", cell: (build) => build.status, paint: (text, build) => paintStatus(build.status, text, style) },
    { title: "APP", cell: (build) => build.app.name },
    { title: "WHAT", cell: whatItBuilds },
    { title: "COMMIT", cell: commitOf },
    { title: "TOOK", cell: (build) => formatted(took(build)), side: "right" },
    { title: "CREATED", cell: (build) => `${formatted(elapsed(build.createdAt, undefined, nowMs))} ago` },
    { title: "FAILURE", cell: (build) => build.failure?.code ?? "" },
  ];
}

function formatted(ms: number | undefined): string {
  return ms === undefined ? "" : formatDuration(ms);
}
