import type { Selectable } from "kysely";
import type { Failure } from "../../../base/errors/millwright-error.ts";
import type { Artifact, Build, BuildDetails, BuildStep } from "../../../protocol/api.ts";
import type { BuildKind, HostPlatform, PackageType } from "../../../protocol/build-types.ts";
import { readCacheUse } from "../../../protocol/cache-use.ts";
import type { ArtifactKind } from "../../../protocol/job-folder/result.ts";
import type { StepId, StepOutcome } from "../../../protocol/steps.ts";
import { explainWaiting } from "../../queue/explain.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";
import type { ArtifactRow, EventRow } from "../../store/tables.ts";

/** A build as the API shows it. */
export function toBuild(row: BuildWithApp, agent?: string): Build {
  const optional = {
    packageType: (row.package_type ?? undefined) as PackageType | undefined,
    commitSha: row.commit_sha ?? undefined,
    commitNote: row.commit_note === "" ? undefined : row.commit_note,
    requestedBy: row.requested_by,
    branch: row.branch ?? undefined,
    untrusted: row.trust === "untrusted" ? (true as const) : undefined,
    targetPlatform: row.target_platform ?? undefined,
    environment: row.environment ?? undefined,
    nativeConfig: row.native_config ?? undefined,
    securityProfile: row.security_profile ?? undefined,
    buildFileName: row.build_file_name ?? undefined,
    agent,
    notice: row.notice ?? undefined,
    startedAt: row.started_at === null ? undefined : iso(row.started_at),
    finishedAt: row.finished_at === null ? undefined : iso(row.finished_at),
    failure: row.failure === null ? undefined : (JSON.parse(row.failure) as Failure),
  };
  return {
    id: row.id,
    app: { id: row.app_id, name: row.app_name },
    account: row.account_id,
    kind: row.kind as BuildKind,
    platform: row.platform as HostPlatform,
    buildType: row.build_type,
    status: row.status,
    commit: row.commit_ref,
    attempt: row.attempt,
    createdAt: iso(row.created_at),
    cancelRequested: row.cancel_requested === 1,
    ...(withoutUndefined(optional) as Partial<Build>),
  };
}

/** A build with its steps, artifacts and, in the queue, the reason why it waits. */
export async function toDetails(services: Services, row: BuildWithApp): Promise<BuildDetails> {
  const { store } = services;
  const attempts = await store.leases.ofBuild(row.id);
  const last = attempts.at(-1);
  const agents = await store.agents.list();
  const agent = agents.find((each) => each.id === last?.agent_id)?.name;
  const waits = row.status === "pending" || row.status === "queued";
  const waitingFor = waits ? await explainWaiting(services, row) : undefined;
  return {
    ...toBuild(row, agent),
    steps: last ? toSteps(await store.builds.events(last.id)) : [],
    artifacts: last && row.finished_at !== null ? (await store.artifacts.ofLease(last.id)).map(toArtifact) : [],
    ...(row.artifacts_removed_at === null ? {} : { artifactsRemovedAt: iso(row.artifacts_removed_at) }),
    ...(row.log_removed_at === null ? {} : { logRemovedAt: iso(row.log_removed_at) }),
    logLength: attempts.reduce((sum, attempt) => sum + attempt.log_length, 0),
    ...(waitingFor ? { waitingFor } : {}),
  };
}

function toSteps(events: readonly Selectable<EventRow>[]): BuildStep[] {
  const steps = new Map<string, BuildStep>();
  for (const event of events) {
    if (event.kind === "step-started") {
      const started = { startedAt: iso(event.at), state: "running" as const };
      steps.set(event.step, { id: event.step as StepId, title: event.title, ...started });
    } else if (event.kind === "step-finished") {
      const step = steps.get(event.step) ?? { id: event.step as StepId, title: event.title, startedAt: iso(event.at) };
      const detail = event.detail ? { detail: event.detail } : {};
      steps.set(event.step, { ...step, state: event.outcome as StepOutcome, finishedAt: iso(event.at), ...detail });
    } else if (event.kind === "cache") {
      const step = steps.get(event.step);
      const use = readCacheUse(event.detail);
      if (step && use) steps.set(event.step, { ...step, caches: [...(step.caches ?? []), use] });
    }
  }
  return [...steps.values()];
}

function toArtifact(row: Selectable<ArtifactRow>): Artifact {
  const metadata = JSON.parse(row.metadata || "{}") as Artifact["metadata"];
  const { id, name, size, sha256 } = row;
  return { id, name, kind: row.kind as ArtifactKind, size, sha256, metadata };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
