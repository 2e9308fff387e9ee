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

export type ArtifactKind = "apk" | "aab" | "ipa" | "dsym" | "www" | "mapping" | "reports";

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
