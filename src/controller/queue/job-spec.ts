import type { Selectable } from "kysely";
import type { HostPlatform, PackageType } from "../../protocol/build-types.ts";
import type { JobSpec, LeaseRef, NativeConfig } from "../../protocol/job-folder/spec.ts";
import type { MaterialName } from "../../protocol/material.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { Store } from "../store/store.ts";
import type { AppRow } from "../store/tables.ts";

/** Puts together what an agent needs to know of a build: all but secrets. */
export async function jobSpecOf(store: Store, build: BuildWithApp, lease: LeaseRef): Promise<JobSpec> {
  const app = await store.apps.find(build.app_id);
  if (!app) throw new Error(`build ${build.id} has no app`);
  const environment = build.environment && (await store.settings.find("environment", build.environment));
  const profile = build.security_profile && (await store.settings.find("profile", build.security_profile));
  const nativeConfig = build.native_config && (await store.settings.find("native-config", build.native_config));

  const spec: JobSpec = {
    lease,
    kind: build.kind as JobSpec["kind"],
    platform: build.platform as HostPlatform,
    buildType: build.build_type,
    app: { id: app.id, name: app.name, gitUrl: app.git_url, subfolder: app.subfolder },
    commit: build.commit_ref,
    materials: materialsOf(app, environment ? environment.sealed : null, profile ? profile.sealed : null),
  };
  if (build.package_type) spec.packageType = build.package_type as PackageType;
  if (build.target_platform) spec.targetPlatform = build.target_platform;
  if (build.build_file_name) spec.buildFileName = build.build_file_name;
  if (nativeConfig)
    spec.nativeConfig = { ...(JSON.parse(nativeConfig.shown) as Omit<NativeConfig, "name">), name: nativeConfig.name };
  if (environment) {
    const { variables } = JSON.parse(environment.shown) as { variables: Record<string, string> };
    spec.environment = { name: environment.name, variables };
  }
  if (profile) {
    const { type } = JSON.parse(profile.shown) as { type: "development" | "production" };
    spec.securityProfile = { name: profile.name, type };
  }
  return spec;
}

function materialsOf(app: Selectable<AppRow>, environment: unknown, profile: unknown): MaterialName[] {
  const names: MaterialName[] = [];
  if (app.git_password !== null) names.push("git");
  if (environment !== null) names.push("environment");
  if (profile !== null) names.push("signing");
  return names;
}
