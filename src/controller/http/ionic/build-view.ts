import type { IonicArtifactType, IonicBuild } from "../../../protocol/ionic-api.ts";
import type { ArtifactKind } from "../../../protocol/job-folder/result.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";
import { LATEST } from "./stacks.ts";
import { wireState } from "./states.ts";

const TYPE_OF_KIND: Partial<Record<ArtifactKind, IonicArtifactType>> = {
  ipa: "IPA",
  apk: "APK",
  aab: "AAB",
  dsym: "DSYM",
  www: "WWW_ZIP",
};

/** A file of a build that ended, as far as the Ionic CLIs know such files. */
export interface BuildFile {
  id: string;
  name: string;
  type: IonicArtifactType;
}

/** A build as the Ionic CLIs and the GitHub action read it. */
export async function toIonicBuild(
  services: Services,
  build: BuildWithApp,
  shown: { trace: string; canceledEnds: boolean },
): Promise<IonicBuild> {
  const files = await filesOf(services, build);
  const sha = build.commit_sha ?? build.commit_ref;
  return {
    job_id: build.id,
    id: `${build.id}`,
    state: wireState(build.status, shown.canceledEnds),
    platform: build.platform,
    build_type: build.build_type,
    commit: { sha, short_sha: sha.slice(0, 8), note: build.commit_note },
    stack: { friendly_name: build.target_platform ?? LATEST },
    profile_tag: build.security_profile,
    environment_name: build.environment,
    native_config_name: build.native_config,
    distribution_credential_name: null,
    pending_channels: [],
    automation_id: build.automation_id,
    created: new Date(build.created_at).toISOString(),
    finished: build.finished_at === null ? null : new Date(build.finished_at).toISOString(),
    job: { id: build.id, trace: shown.trace },
    distribution_trace: "",
    artifacts: files.map(({ type, name }) => ({ artifact_type: type, name })),
    artifact_name: files.find(({ type }) => type === "WWW_ZIP")?.name ?? null,
  };
}

/** The files of a build: none before it succeeded, and then all of them, because its end is recorded after they are stored. */
export async function filesOf({ store }: Services, build: BuildWithApp): Promise<BuildFile[]> {
  if (build.status !== "success" || build.artifacts_removed_at !== null) return [];
  const last = (await store.leases.ofBuild(build.id)).at(-1);
  const rows = last ? await store.artifacts.ofLease(last.id) : [];
  return rows.flatMap(({ id, name, kind }) => {
    const type = TYPE_OF_KIND[kind as ArtifactKind];
    return type ? [{ id, name, type }] : [];
  });
}
