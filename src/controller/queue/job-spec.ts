import type { Selectable } from "kysely";
import type { HostPlatform, PackageType } from "../../protocol/build-types.ts";
import type { JobSpec, LeaseRef, NativeConfig, SecurityProfile } from "../../protocol/job-folder/spec.ts";
import type { MaterialName } from "../../protocol/material.ts";
import { meets, readRequirement } from "../../protocol/requirement.ts";
import { targetOffer } from "../agents/target-platforms.ts";
import { signingStateOf } from "../profiles/signing-state.ts";
import { appleFacts, type StoredProfile } from "../profiles/stored-profile.ts";
import { remoteAddress } from "../pushes/address.ts";
import { asBranch } from "../pushes/trust.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { AppRow, SettingRow } from "../store/tables.ts";
import { traceparentOf } from "../tracing/open-tracing.ts";

/** Rows of older releases name no files. */
interface ShownEnvironment {
  variables: Record<string, string>;
  secretNames?: string[];
  /** `NAME: FILE` */
  fileNames?: string[];
}

/**
 * Puts together what an agent needs to know of a build: all but secrets. What of it comes from the store must be as the
 * controller wrote it. Throws SPEC_SIGNATURE_STORE.
 */
export async function jobSpecOf(services: Services, build: BuildWithApp, lease: LeaseRef): Promise<JobSpec> {
  const { store, clock } = services;
  const app = await store.apps.find(build.app_id);
  if (!app) throw new Error(`build ${build.id} has no app`);
  const { signatures } = store;
  signatures.check("build", build, build.id);
  signatures.check("app", app, app.name);
  const account = build.account_id;
  const environment = build.environment && (await store.settings.find(account, "environment", build.environment));
  const profile = build.security_profile && (await store.settings.find(account, "profile", build.security_profile));
  const nativeConfig =
    build.native_config && (await store.settings.find(account, "native-config", build.native_config));
  for (const row of [environment, profile, nativeConfig]) if (row) signatures.check("setting", row, row.name);

  const spec: JobSpec = {
    lease,
    kind: build.kind as JobSpec["kind"],
    platform: build.platform as HostPlatform,
    buildType: build.build_type,
    app: { id: app.id, name: app.name, gitUrl: remoteAddress(services, app), subfolder: app.subfolder },
    commit: build.trust === "branch" ? asBranch(build.commit_ref) : build.commit_ref,
    ...(build.branch === null ? {} : { branch: build.branch }),
    materials: materialsOf(app, environment ? environment.sealed : null, profile ? profile.sealed : null),
  };
  if (build.trust === "untrusted") Object.assign(spec, { untrusted: true, materials: fetchOnly(spec.materials) });
  if (services.tracing) spec.traceparent = traceparentOf(services.tracing, build.id, lease.leaseId);
  if (build.package_type) spec.packageType = build.package_type as PackageType;
  if (build.target_platform) {
    spec.targetPlatform = build.target_platform;
    spec.xcode = await xcodeFor(services, build, lease.leaseId);
  }
  if (build.notice) spec.notice = build.notice;
  if (build.build_file_name) spec.buildFileName = build.build_file_name;
  if (app.timeout_minutes !== null) spec.timeoutMs = app.timeout_minutes * 60_000;
  if (nativeConfig)
    spec.nativeConfig = { ...(JSON.parse(nativeConfig.shown) as Omit<NativeConfig, "name">), name: nativeConfig.name };
  if (environment) {
    const shown = JSON.parse(environment.shown) as ShownEnvironment;
    const secretNames = [...(shown.secretNames ?? []), ...(shown.fileNames ?? []).map(variableOf)];
    const secret = spec.untrusted ? {} : { secretNames }; // it gets none of them
    spec.environment = { name: environment.name, variables: shown.variables, ...secret };
  }
  const securityProfile = build.security_profile && profileOf(build, profile || undefined, clock.now());
  if (securityProfile) spec.securityProfile = securityProfile;
  return spec;
}

function variableOf(fileName: string): string {
  return fileName.slice(0, fileName.indexOf(":"));
}

/** None for an agent whose configuration promises the target platform although its Xcodes are others. */
async function xcodeFor({ store }: Services, build: BuildWithApp, leaseId: string): Promise<string> {
  const { orLabel: _, ...asked } = readRequirement(build.requirement);
  const lease = await store.leases.find(leaseId);
  const agent = lease && (await store.agents.find(lease.agent_id));
  return asked.xcode !== undefined && agent && meets(targetOffer(agent), asked) ? asked.xcode : "";
}

/** Looked at once more: it may have run out, been replaced or removed while the build was waiting. */
function profileOf(
  build: BuildWithApp,
  row: Selectable<SettingRow> | undefined,
  nowMs: number,
): SecurityProfile | undefined {
  const name = build.security_profile ?? "";
  const platform = build.platform as HostPlatform;
  const { failure, warnings } = signingStateOf({ platform, buildType: build.build_type, profile: name }, row, nowMs);
  if (!row && !failure) return undefined;
  // The type of one that was removed says nothing: the failure comes first.
  const { type = "production", report } = (row ? JSON.parse(row.shown) : {}) as Partial<StoredProfile>;
  const profile: SecurityProfile = { name, type };
  if (failure) profile.failure = failure;
  if (warnings.length > 0) profile.warnings = warnings;
  if (platform === "ios" && report?.ios) profile.ios = appleFacts(report.ios);
  return profile;
}

/** What a build of an untrusted commit may ask for: how it comes to its commit. */
function fetchOnly(materials: readonly MaterialName[]): MaterialName[] {
  return materials.filter((name) => name === "git");
}

function materialsOf(app: Selectable<AppRow>, environment: unknown, profile: unknown): MaterialName[] {
  const names: MaterialName[] = [];
  if (app.git_password !== null || app.own_remote === 1) names.push("git");
  if (environment !== null) names.push("environment");
  if (profile !== null) names.push("signing");
  return names;
}
