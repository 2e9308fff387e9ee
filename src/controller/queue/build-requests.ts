import type { Selectable } from "kysely";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../protocol/api.ts";
import { BUILD_TYPES, type HostPlatform, PLATFORMS, type Platform } from "../../protocol/build-types.ts";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import { nativeConfigFault } from "../../protocol/native-config-rules.ts";
import { sealLog } from "../logs/log-sealer.ts";
import { needsProfile, signingStateOf } from "../profiles/signing-state.ts";
import { resolveCommit } from "../pushes/commits.ts";
import { decideTrust, type Trust } from "../pushes/trust.ts";
import type { Services } from "../services.ts";
import { record } from "../store/audit-store.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { SettingKind } from "../store/setting-store.ts";
import type { AppRow, SettingRow } from "../store/tables.ts";
import { countEnded } from "./count-ended.ts";
import { roomGrew } from "./room-grew.ts";
import { isTerminal, statusOf } from "./states.ts";
import { chooseTarget } from "./target-choice.ts";
import { requestCancel } from "./transitions.ts";

/** What is known of a build besides the request. */
export interface Origin {
  /** The e-mail of a user, `admin`, `push` or `automation NAME`. */
  requestedBy: string;
  branch?: string;
  automationId?: string;
  /** The push that began it. */
  pushId?: number;
  /** The first line of the commit's message. */
  commitNote?: string;
  /** For a build of before that is asked for again: what it was asked by, when its commit was found by that. */
  askedBy?: string;
}

/** Takes a build into the queue. Refuses at once what can't be built, with the names that exist. Throws SPEC_SIGNATURE_STORE too. */
export async function requestBuild(
  services: Services,
  app: Selectable<AppRow>,
  request: BuildRequest,
  origin: Origin,
): Promise<BuildWithApp> {
  const { store, clock, changes } = services;
  const account = app.account_id;
  store.signatures.check("app", app, app.name);
  const target = await chooseTarget(services, platformOf(request), request.targetPlatform);
  const platform = await checkedPlatform(services, app, request);
  const whose = { app_id: app.id, account_id: account, platform, created_at: clock.now() };
  const { commit, note } = await resolveCommit(services, app, request.commit);
  const { trust, commit: trusted = commit } = await trustOf(services, app, { ...request, commit }, origin);
  const known = {
    ...columnsOf({ ...request, commit: trusted }),
    ...columnsOfOrigin({ commitNote: note, ...origin }),
    ...target,
    trust,
  };
  const id = await store.builds.create({ ...known, ...whose });
  changes.buildAsked(id);
  changes.queueGrew({ platform, requirement: target.requirement });
  return (await store.builds.find(id)) as BuildWithApp;
}

/** Throws REF_UNTRUSTED for what would be signed. */
async function trustOf(
  services: Services,
  app: Selectable<AppRow>,
  request: BuildRequest,
  { branch, askedBy }: Origin,
): Promise<{ trust: Trust; commit?: string }> {
  const first = await decideTrust(services, app, request.commit, branch);
  // The build host found the commit in the branch of that name: see `asBranch`.
  const again = first.trust === "untrusted" && askedBy !== undefined;
  const { trust, reason, commit } = again ? await decideTrust(services, app, askedBy) : first;
  const isSigned = request.securityProfile !== undefined || needsProfile(platformOf(request), request.buildType ?? "");
  if (trust === "untrusted" && isSigned)
    throw errorOf("REF_UNTRUSTED", { app: app.name, commit: request.commit, reason });
  if (again && trust !== "untrusted") return { trust: "commit" };
  return commit === undefined ? { trust } : { trust, commit };
}

/** The platform that a request is for, once its settings are there and fit. Throws what is wrong with them. */
export async function checkedPlatform(
  services: Services,
  { account_id: account }: Pick<Selectable<AppRow>, "account_id">,
  request: Omit<BuildRequest, "commit">,
): Promise<HostPlatform> {
  const platform = platformOf(request);
  await mustExist(services, account, "environment", request.environment);
  const nativeConfig = await mustExist(services, account, "native-config", request.nativeConfig);
  const profile = await mustExist(services, account, "profile", request.securityProfile);
  if (platform !== "web" && nativeConfig) mustFit(nativeConfig, platform);
  const { bundleId } = nativeConfig ? nativeConfigOf(nativeConfig) : {};
  const signed = { platform, buildType: request.buildType ?? "", profile: profile?.name, bundleId };
  const { failure } = signingStateOf(signed, profile, services.clock.now());
  if (failure) throw new MillwrightError(failure);
  return platform;
}

function columnsOfOrigin({ requestedBy, branch, automationId, pushId, commitNote = "" }: Origin) {
  return {
    requested_by: requestedBy,
    branch: branch ?? null,
    automation_id: automationId ?? null,
    push_id: pushId ?? null,
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

/**
 * Cancels a build: at once when no agent works on it, else by telling the agent. `actor` is who wants it. Throws
 * BUILD_ALREADY_ENDED.
 */
export async function cancelBuild(services: Services, build: BuildWithApp, actor: string): Promise<void> {
  const { store, changes, watchers, blobs, clock } = services;
  const { account_id: account, app_name: name } = build;
  const canceled = { at: clock.now(), actor, account, action: "canceled", kind: "build", name, detail: "" } as const;
  const applied = await store.transitions.ofBuild(build.id, requestCancel, async (tx, { ok, ...change }) => {
    const again = "before" in change && change.before.cancelRequested;
    if (ok && !again) await record(tx, canceled, { build_id: build.id });
  });
  if (!applied?.ok) throw errorOf("BUILD_ALREADY_ENDED", { build: build.id, status: statusOf(build.state) });
  changes.buildChanged(build.id);
  if (isTerminal(applied.build.state)) {
    countEnded(services.metrics, applied);
    await roomGrew(services, applied.accountId);
  }
  const lease = applied.lease;
  if (lease && lease.state !== "ended") watchers.syncNow(lease.agentId);
  if (lease && isTerminal(applied.build.state)) await sealLog(store, blobs, lease.id);
}

function platformOf(request: Omit<BuildRequest, "commit">): HostPlatform {
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
  if (row) {
    services.store.signatures.check("setting", row, row.name);
    return row;
  }
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

/** NOT_FOUND that says which names exist. */
export function notFound(kind: string, name: string, known: readonly string[]) {
  const reason = known.length > 0 ? `There are: ${known.join(", ")}.` : `There is no ${kind} yet.`;
  return errorOf("NOT_FOUND", { kind, name, reason });
}
