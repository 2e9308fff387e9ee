import { errorOf } from "../../base/errors/millwright-error.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import { ARTIFACT_KINDS } from "../../protocol/job-folder/result.ts";
import { segment } from "../client/api.ts";
import type { DownloadedFile } from "../client/download.ts";
import { hasEnded } from "../client/watch-build.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { positiveNumber, unknownWord } from "../usage.ts";
import { downloadAll, wantedArtifacts } from "./downloads.ts";
import { untilInterrupted } from "./interruption.ts";
import { readyOutputFolder } from "./output-folder.ts";

const KINDS: readonly string[] = ARTIFACT_KINDS;

/** `millwright download`. Throws NO_ARTIFACT when there is nothing of what was asked for. */
export async function download(
  session: Session,
  command: string,
  text: string,
  options: { output: string; kind?: string },
): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const kind = options.kind;
  if (kind !== undefined && !KINDS.includes(kind)) throw unknownWord(command, "kind", kind, KINDS);
  const api = await session.connect();
  const build = await api.get<BuildDetails>(`/builds/${segment(id)}`);
  const wanted = kind ? build.artifacts.filter((artifact) => artifact.kind === kind) : wantedArtifacts(build);
  if (wanted.length === 0) throw nothingToDownload(build, kind);
  const folder = readyOutputFolder(options.output, session.folder);
  const files: DownloadedFile[] = [];
  const outcome = await untilInterrupted((signal) =>
    downloadAll(session, api, build, wanted, folder, signal, (file) => files.push(file)),
  );
  if ("exitCode" in outcome) return outcome.exitCode;
  session.answer({ build: id, downloaded: files }, () => {});
  return EXIT.success;
}

function nothingToDownload(build: BuildDetails, kind: string | undefined): Error {
  const kinds = [...new Set(build.artifacts.map((artifact) => artifact.kind))];
  const has = kinds.length ? `It has: ${kinds.join(", ")}.` : "It has none at all.";
  const reason = hasEnded(build) ? `The build ended as ${build.status}. ${has}` : `The build is still ${build.status}.`;
  return errorOf("NO_ARTIFACT", { build: build.id, what: kind ? `${kind} file` : "files to download", reason });
}
