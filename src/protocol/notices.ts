import type { Failure } from "../base/errors/millwright-error.ts";
import type { BuildStatus } from "./build-types.ts";

/**
 * What webhooks send. The names outside `millwright` are those of Appflow's webhooks, `buidType` with its slip too, so that
 * receivers written for them go on working.
 */
export interface BuildFinishedNotice {
  state: BuildStatus;
  /** The build's number, as a text. */
  id: string;
  appId: string;
  platform: string;
  /** Null for deploy builds. */
  type: string | null;
  profile: string | null;
  environmentName: string | null;
  nativeConfigName: string | null;
  created: string;
  started: string | null;
  finished: string | null;
  /** The app file, or the zip of a deploy build; good for a day, without a login. Null unless the build succeeded. */
  downloadUrl: string | null;
  artifacts: NoticeArtifact[];
  buildInfo: { id: number; state: BuildStatus; job_type: string };
  automationId: string | null;
  automation: NoticeAutomation | null;
  app: { id: string; name: string; slug: string; org: null; created: string };
  commit: { appId: string; sha: string | null; note: string; ref: string | null; refType: string | null };
  millwright: {
    event: "build.finished";
    /** That of the header: the same for every attempt at this delivery. */
    delivery: string;
    webhook: string;
    build: number;
    account: string;
    kind: string;
    requestedBy: string;
    attempt: number;
    targetPlatform: string | null;
    failure: (Omit<Failure, "detail" | "link" | "step"> & { step: string | null }) | null;
  };
}

export interface NoticeArtifact {
  name: string;
  /** `APK`, `AAB`, `IPA`, `DSYM`, `WWW_ZIP` … */
  artifactType: string;
  url: string;
}

export interface NoticeAutomation {
  id: string;
  name: string;
  created: string;
  platform: string | null;
  buidType: string | null;
  profile: string | null;
  environmentName: string | null;
  nativeConfigName: string | null;
}

/** What a test sends. */
export interface PingNotice {
  millwright: { event: "ping"; delivery: string; webhook: string };
}
