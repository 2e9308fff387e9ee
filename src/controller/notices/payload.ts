import type { Selectable } from "kysely";
import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildFinishedNotice, NoticeArtifact, PingNotice } from "../../protocol/notices.ts";
import { signDownload } from "../artifacts/download-links.ts";
import { statusOf } from "../queue/states.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { Claimed } from "../store/delivery-store.ts";
import type { AutomationRow } from "../store/push-tables.ts";
import type { AppRow, ArtifactRow } from "../store/tables.ts";

/** As Appflow's: addresses of downloads in a notice are good for a day. */
const DOWNLOAD_MS = 86_400_000;

/** The product itself, what of it is there first. */
const PRODUCTS = ["ipa", "apk", "aab", "app", "www"];

type Facts = { build: BuildWithApp; app: Selectable<AppRow>; automation: Selectable<AutomationRow> | undefined };

/** What a receiver is told, made anew for each attempt: with addresses that are good from now on. */
export async function payloadOf(services: Services, claimed: Claimed): Promise<BuildFinishedNotice | PingNotice> {
  const ours = { delivery: `${claimed.webhook_id}-${claimed.id}`, webhook: claimed.webhook_id };
  const { store } = services;
  const build = claimed.build_id === null ? undefined : await store.builds.find(claimed.build_id);
  const app = build && (await store.apps.find(build.app_id));
  if (!build || !app) return { millwright: { event: "ping", ...ours } };
  const automation = build.automation_id ? await store.automations.find(app.id, build.automation_id) : undefined;
  const artifacts = await artifactsOf(services, build);
  return { ...appflowFields({ build, app, automation }, artifacts), millwright: ourFields(ours, build) };
}

async function artifactsOf(services: Services, build: BuildWithApp): Promise<NoticeArtifact[]> {
  const last = (await services.store.leases.ofBuild(build.id)).at(-1);
  if (!last || build.artifacts_removed_at !== null) return [];
  const rows = await services.store.artifacts.ofLease(last.id);
  return rows
    .toSorted((a, b) => rank(a) - rank(b))
    .map((row) => ({
      name: row.name,
      artifactType: row.kind === "www" ? "WWW_ZIP" : row.kind.toUpperCase(),
      url: signDownload(services, row.id, DOWNLOAD_MS),
    }));
}

function rank({ kind }: Pick<ArtifactRow, "kind">): number {
  const place = PRODUCTS.indexOf(kind);
  return place === -1 ? PRODUCTS.length : place;
}

function appflowFields({ build, app, automation }: Facts, artifacts: NoticeArtifact[]) {
  const state = statusOf(build.state);
  const isPackage = build.kind === "package";
  const [product] = artifacts.filter(({ artifactType }) => isProduct(artifactType));
  return {
    state,
    id: `${build.id}`,
    appId: app.id,
    platform: build.platform,
    type: isPackage ? build.build_type : null,
    profile: build.security_profile,
    environmentName: build.environment,
    nativeConfigName: build.native_config,
    created: iso(build.created_at),
    started: build.started_at === null ? null : iso(build.started_at),
    finished: build.finished_at === null ? null : iso(build.finished_at),
    downloadUrl: state === "success" ? (product?.url ?? null) : null,
    artifacts,
    buildInfo: { id: build.id, state, job_type: isPackage ? `package-${build.platform}` : "snapshot" },
    automationId: automation?.id ?? null,
    automation: automation ? automationFields(automation) : null,
    app: { id: app.id, name: app.name, slug: slugOf(app.name), org: null, created: iso(app.created_at) },
    commit: commitFields(build),
  };
}

/** `buidType` is how Appflow wrote it. */
function automationFields(row: Selectable<AutomationRow>) {
  const request = JSON.parse(row.request) as Record<string, string | undefined>;
  return {
    id: row.id,
    name: row.name,
    created: iso(row.created_at),
    platform: request["platform"] ?? null,
    buidType: request["buildType"] ?? null,
    profile: request["securityProfile"] ?? null,
    environmentName: request["environment"] ?? null,
    nativeConfigName: request["nativeConfig"] ?? null,
  };
}

function commitFields({ app_id: appId, commit_sha, commit_ref, commit_note: note, branch }: BuildWithApp) {
  const sha = commit_sha ?? (/^[0-9a-f]{40}$/.test(commit_ref) ? commit_ref : null);
  const ref = branch ?? (commit_ref === sha ? null : commit_ref);
  return { appId, sha, note, ref, refType: branch === null ? null : "branch" };
}

function ourFields(ours: { delivery: string; webhook: string }, build: BuildWithApp) {
  return {
    event: "build.finished" as const,
    ...ours,
    build: build.id,
    account: build.account_id,
    kind: build.kind,
    requestedBy: build.requested_by,
    attempt: build.attempt,
    targetPlatform: build.target_platform,
    failure: build.failure === null ? null : failureFields(JSON.parse(build.failure) as Failure),
  };
}

/** Without lines of the log. */
function failureFields({ code, blame, what, why, next, step }: Failure) {
  return { code, blame, what, why, next, step: step ?? null };
}

function isProduct(artifactType: string): boolean {
  return artifactType === "WWW_ZIP" || PRODUCTS.includes(artifactType.toLowerCase());
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
