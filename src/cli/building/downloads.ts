import { relative } from "node:path";
import { formatDuration, formatSize } from "../../base/units.ts";
import type { Artifact, BuildDetails } from "../../protocol/api.ts";
import type { Api } from "../client/api.ts";
import { type DownloadedFile, downloadArtifact } from "../client/download.ts";
import type { Session } from "../session.ts";
import type { Output } from "../terminal/output.ts";
import { ProgressBar } from "../terminal/progress.ts";

const PATIENCE_MS = 60_000;

/** What one wants of a build: of a good one what it made, of another one what explains it. */
export function wantedArtifacts(build: BuildDetails): Artifact[] {
  const wantsReports = build.status === "failed";
  return build.artifacts.filter(({ kind }) => (kind === "reports" || kind === "log") === wantsReports);
}

/**
 * Downloads artifacts into `folder`, one after the other, with a bar for each. `onFile` is called for each file that is
 * complete. Throws what `downloadArtifact` throws; ends early when `signal` aborts.
 */
export async function downloadAll(
  session: Session,
  api: Api,
  build: BuildDetails,
  artifacts: readonly Artifact[],
  folder: string,
  signal: AbortSignal,
  onFile: (file: DownloadedFile) => void,
): Promise<void> {
  const { output } = session;
  for (const artifact of artifacts) {
    const bar = new ProgressBar(artifact.name, artifact.size, output.style);
    const began = Date.now();
    const show = throttled((bytes) => output.status(bar.at(bytes, Date.now())));
    const patience = { signal, patienceMs: PATIENCE_MS, onOutage: () => {} }; // the bar stands still meanwhile
    try {
      const file = await downloadArtifact(api, { build: build.id, artifact, folder, onProgress: show }, patience);
      if (!file) return;
      output.status("");
      onFile(file);
      printFile(output, file, session.folder, Date.now() - began);
    } finally {
      output.status("");
    }
  }
}

function printFile(output: Output, file: DownloadedFile, current: string, tookMs: number): void {
  const path = relative(current, file.path);
  const shown = path === "" || path.startsWith("..") ? file.path : path;
  const sign = output.style.kind.live ? `${output.style.sign("good")} ` : "";
  output.line(
    `${sign}Downloaded ${output.style.tone("strong", shown)} (${formatSize(file.size)} in ${formatDuration(tookMs)})`,
  );
}

/** Lets at most one call in 80 ms through. */
function throttled(act: (bytes: number) => void): (bytes: number) => void {
  let last = 0;
  return (bytes) => {
    if (Date.now() - last < 80) return;
    last = Date.now();
    act(bytes);
  };
}
