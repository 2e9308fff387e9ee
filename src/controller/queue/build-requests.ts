import type { Selectable } from "kysely";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../protocol/api.ts";
import { BUILD_TYPES, type HostPlatform, PLATFORMS, type Platform } from "../../protocol/build-types.ts";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import { nativeConfigFault } from "../../protocol/native-config-rules.ts";
import { xcodeWishOf } from "../../protocol/target-platform.ts";
import { platformsOf } from "../agents/capability.ts";
import { targetPlatformsOf, whatIsLacking, whyNot } from "../agents/target-platforms.ts";
import { sealLog } from "../logs/log-sealer.ts";
import { signingStateOf } from "../profiles/signing-state.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { SettingKind } from "../store/setting-store.ts";
import type { AppRow, SettingRow } from "../store/tables.ts";
import { isTerminal, statusOf } from "./states.ts";
import { requestCancel } from "./transitions.ts";

/** What is known of a build besides the request. */
export interface Origin {
  /** The e-mail of a user, `admin`, `push` or `automation NAME`. */
  requestedBy: string;
  branch?: string;
  automationId?: string;
  /** The first line of the commit's message. */
  commitNote?: string;
}

/** Takes a build into the queue. Refuses at once what can't be built, with the names that exist. */
export async function requestBuild(
  services: Services,
  app: Selectable<AppRow>,
  request: BuildRequest,
  origin: Origin,
): Promise<BuildWithApp> {
  const { store, clock, changes } = services;
  const account = app.account_id;
  const platform = platformOf(request);
  await mustExist(services, account, "environment", request.environment);
  const nativeConfig = await mustExist(services, account, "native-config", request.nativeConfig);
  const profile = await mustExist(services, account, "profile", request.securityProfile);
  if (platform !== "web" && nativeConfig) mustFit(nativeConfig, platform);
  await mustBeBuildable(services, platform, request.targetPlatform);
  const { bundleId } = nativeConfig ? nativeConfigOf(nativeConfig) : {};
  const signed = { platform, buildType: request.buildType ?? "", profile: profile?.name, bundleId };
  const { failure } = signingStateOf(signed, profile, clock.now());
  if (failure) throw new MillwrightError(failure);
  const whose = { app_id: app.id, account_id: account, platform, created_at: clock.now() };
  const id = await store.builds.create({ ...columnsOf(request), ...columnsOfOrigin(origin), ...whose });
  changes.queueGrew();
  return (await store.builds.find(id)) as BuildWithApp;
}

function columnsOfOrigin({ requestedBy, branch, automationId, commitNote = "" }: Origin) {
  return {
    requested_by: requestedBy,
    branch: branch ?? null,
    automation_id: automationId ?? null,
    commit_note: commitNote,
  };
}

function columnsOf(request: BuildRequest) {
  return {
    kind: request.kind,
    build_type: request.kind === "deploy" ? "" : (request.buildType ?? ""),
    package_type: request.packageType ?? null,
    commit_ref: request.commit,
    commit_sha: null,
    target_platform: request.targetPlatform ?? null,
    environment: request.environment ?? null,
    native_config: request.nativeConfig ?? null,
    security_profile: request.securityProfile ?? null,
    build_file_name: request.buildFileName ?? null,
    lease_id: null,
    cancel_requested: 0,
    failure: null,
    started_at: null,
    finished_at: null,
  };
}

/** Cancels a build: at once when no agent works on it, else by telling the agent. Throws BUILD_ALREADY_ENDED. */
export async function cancelBuild(services: Services, build: BuildWithApp): Promise<void> {
  const { store, changes, watchers, blobs } = services;
  const applied = await store.transitions.ofBuild(build.id, requestCancel);
  if (!applied?.ok) throw errorOf("BUILD_ALREADY_ENDED", { build: build.id, status: statusOf(build.state) });
  changes.buildChanged(build.id);
  const lease = applied.lease;
  if (lease && lease.state !== "ended") watchers.syncNow(lease.agentId);
  if (lease && isTerminal(applied.build.state)) await sealLog(store, blobs, lease.id);
}

function platformOf(request: BuildRequest): HostPlatform {
  if (request.kind === "deploy") return "web";
  const platform = PLATFORMS.find((each) => each === request.platform);
  if (!platform) {
    const reason = `platform: expected ${PLATFORMS.join(" or ")}, not ${JSON.stringify(request.platform ?? "")}`;
    throw errorOf("REQUEST_INVALID", { reason });
  }
  const types = BUILD_TYPES[platform];
  if (!types.includes(request.buildType ?? "")) {
    throw errorOf("BUILD_TYPE_UNKNOWN", { platform, type: request.buildType ?? '""', types: types.join(", ") });
  }
  return platform;
}

async function mustExist(
  services: Services,
  account: string,
  kind: SettingKind,
  name: string | undefined,
): Promise<Selectable<SettingRow> | undefined> {
  if (name === undefined) return undefined;
  const row = await services.store.settings.find(account, kind, name);
  if (row) return row;
  const known = await services.store.settings.list(account, kind);
  throw notFound(
    kind === "profile" ? "security profile" : kind.replace("-", " "),
    name,
    known.map((each) => each.name),
  );
}

/** When it was written the platform was not known: an id may be one of ios and not of android. */
function mustFit(row: Selectable<SettingRow>, platform: Platform): void {
  const fault = nativeConfigFault(nativeConfigOf(row), platform);
  if (fault) throw errorOf(fault.code, { name: row.name, value: fault.value, reason: fault.reason });
}

function nativeConfigOf({ shown }: Selectable<SettingRow>): Omit<NativeConfig, "name"> {
  return JSON.parse(shown) as Omit<NativeConfig, "name">;
}

/** Refuses what no agent that ever joined could build. With no agent at all the build waits for the first. */
async function mustBeBuildable(services: Services, platform: HostPlatform, target: string | undefined): Promise<void> {
  const agents = await services.store.agents.list();
  if (agents.length === 0) return;
  const able = agents.filter((agent) => platformsOf(agent).includes(platform));
  const build = { platform, target_platform: target ?? null };
  if (able.length === 0) {
    throw errorOf("NO_AGENT_FOR_PLATFORM", { platform, reason: whatIsLacking(agents, build) });
  }
  if (target === undefined || able.some((agent) => whyNot(agent, build) === undefined)) return;
  const names = targetPlatformsOf(able);
  const offered = names.length ? `The agents offer: ${names.join(", ")}.` : "The agents offer none by name.";
  const detail = xcodeWishOf(target) ? { detail: whatIsLacking(able, build) } : {};
  throw errorOf("TARGET_PLATFORM_UNKNOWN", { name: target, reason: offered }, detail);
}

/** NOT_FOUND that says which names exist. */
export function notFound(kind: string, name: string, known: readonly string[]) {
  const reason = known.length > 0 ? `There are: ${known.join(", ")}.` : `There is no ${kind} yet.`;
  return errorOf("NOT_FOUND", { kind, name, reason });
}
