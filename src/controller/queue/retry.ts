import { errorOf } from "../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../protocol/api.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import { requestBuild } from "./build-requests.ts";

/**
 * Asks for the same again: the very commit when it is known, the settings as they are now. It keeps the name of its branch,
 * and belongs to no push: a newer one doesn't cancel it. Throws as `requestBuild` does, and SPEC_SIGNATURE_STORE.
 */
export async function retryBuild(services: Services, build: BuildWithApp, requestedBy: string): Promise<BuildWithApp> {
  const app = await services.store.apps.find(build.app_id);
  checkSigned(services, build);
  if (!app) throw errorOf("NOT_FOUND", { kind: "app", name: build.app_name, reason: "It was removed." });
  const known = {
    ...(build.branch === null ? {} : { branch: build.branch }),
    ...(build.commit_note === "" ? {} : { commitNote: build.commit_note }),
  };
  const askedBy = build.trust === "branch" && build.commit_sha !== null ? { askedBy: build.commit_ref } : {};
  return requestBuild(services, app, requestOf(build), { requestedBy, ...known, ...askedBy });
}

/** What is asked for again must be what was asked for, and of a branch the commit that an agent found. */
function checkSigned({ store: { signatures } }: Services, build: BuildWithApp): void {
  signatures.check("build", build, build.id);
  if (build.commit_sha !== null) signatures.check("commit", { ...build, signature: build.commit_signature }, build.id);
}

/** What was asked for. */
function requestOf(build: BuildWithApp): BuildRequest {
  const optional = {
    packageType: build.package_type,
    targetPlatform: build.target_platform,
    environment: build.environment,
    nativeConfig: build.native_config,
    securityProfile: build.security_profile,
    buildFileName: build.build_file_name,
  };
  const kind = build.kind === "deploy" ? { kind: "deploy" } : { kind: "package", platform: build.platform };
  return {
    ...kind,
    ...(build.build_type === "" ? {} : { buildType: build.build_type }),
    commit: build.commit_sha ?? build.commit_ref,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  } as BuildRequest;
}
