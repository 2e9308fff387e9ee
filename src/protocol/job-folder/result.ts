import type { Failure } from "../../base/errors/millwright-error.ts";

/** How a job ended. Written once, atomically, as the supervisor's last act. */
export interface JobResult {
  outcome: "success" | "failed" | "canceled";
  failure?: Failure;
  /** The 40 digits that were built. */
  commitSha?: string;
  commitMessage?: string;
  startedAtMs: number;
  finishedAtMs: number;
  logLength: number;
  logSha256: string;
  logTruncated: boolean;
  lastEventSeq: number;
  artifacts: CollectedArtifact[];
}

/**
 * `app`: for the simulator. `log`: all that xcodebuild printed. `reports`: what explains a failure and isn't in the log.
 */
export const ARTIFACT_KINDS = [
  "apk",
  "aab",
  "ipa",
  "app",
  "dsym",
  "xcarchive",
  "www",
  "mapping",
  "log",
  "reports",
] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

/** A file in the job folder's `artifacts/`, ready to be sent. */
export interface CollectedArtifact {
  /** File name in `artifacts/`, and the name under which it is downloaded: [A-Za-z0-9._-] only. */
  name: string;
  kind: ArtifactKind;
  size: number;
  sha256: string;
  /** Identifier, version, signer …: what the product says about itself. */
  metadata: Record<string, string | number | boolean | string[]>;
}
