import { type Failure, toFailure } from "../../base/errors/millwright-error.ts";
import type { Build, BuildDetails, BuildRequest } from "../../protocol/api.ts";
import { chooseApp, chooseCommit } from "../checkout/choose.ts";
import { type Api, segment } from "../client/api.ts";
import type { DownloadedFile } from "../client/download.ts";
import { EXIT, exitCodeOfBuild, exitCodeOfFailure } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { warningLines } from "../terminal/failure.ts";
import { firstLine } from "./describe.ts";
import { downloadAll, wantedArtifacts } from "./downloads.ts";
import { followToEnd } from "./follow.ts";
import { untilInterrupted } from "./interruption.ts";
import { readyOutputFolder } from "./output-folder.ts";
import type { BuildOptions, RequestedBuild } from "./request.ts";
import { printFailure, printSummary } from "./summary.ts";

/** Starts a build and, unless it is told to detach, follows it to its end and fetches what it made. */
export async function buildApp(session: Session, options: BuildOptions, requested: RequestedBuild): Promise<number> {
  const wantsFiles = options.download && !options.skipDownload && !options.detach;
  const folder = wantsFiles ? readyOutputFolder(options.output, session.folder) : undefined;
  const api = await session.connect();
  const build = await startBuild(session, api, options, requested);
  if (options.detach) {
    session.answer(build, (output) => output.line(`Follow it with: millwright logs ${build.id} --follow`));
    return EXIT.success;
  }
  const outcome = await followToEnd(session, api, build.id, options.log ? "log" : "steps");
  if ("exitCode" in outcome) return outcome.exitCode;
  return finish(session, api, outcome.value, folder, options.log);
}

async function startBuild(
  session: Session,
  api: Api,
  options: BuildOptions,
  requested: RequestedBuild,
): Promise<Build> {
  const { output } = session;
  const warn = (text: string) => {
    for (const line of warningLines(text, output.noteStyle)) output.note(line);
  };
  const app = await chooseApp(api, options.app ?? (session.environment["MILLWRIGHT_APP"] || undefined), session.folder);
  const request: BuildRequest = { ...requested, commit: await chooseCommit(app, options.commit, session.folder, warn) };
  const build = await api.send<Build>("POST", `/apps/${segment(app.id)}/builds`, request);
  output.line(firstLine(build, output.style));
  if (build.notice !== undefined) warn(`${build.targetPlatform}: ${build.notice}`);
  return build;
}

/** Prints the end, downloads into `folder` when there is one, and tells the exit code. */
async function finish(
  session: Session,
  api: Api,
  build: BuildDetails,
  folder: string | undefined,
  stepsToo: boolean,
): Promise<number> {
  printSummary(session.output, build, stepsToo);
  const downloaded: DownloadedFile[] = [];
  const wanted = folder === undefined ? [] : wantedArtifacts(build);
  const outcome = await untilInterrupted(async (signal): Promise<Failure | undefined> => {
    try {
      await downloadAll(session, api, build, wanted, folder ?? "", signal, (file) => downloaded.push(file));
      return undefined;
    } catch (error) {
      return toFailure(error);
    }
  });
  if ("exitCode" in outcome) {
    session.output.note(`Not everything was downloaded. Go on with: millwright download ${build.id}`);
    return outcome.exitCode;
  }
  const error = outcome.value;
  if (error) printFailure(session.output, error);
  session.answer({ ...build, downloaded, ...(error ? { error } : {}) }, () => {});
  return error ? exitCodeOfFailure(error) : exitCodeOfBuild(build);
}
