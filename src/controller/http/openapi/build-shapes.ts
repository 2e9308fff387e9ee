import { z } from "zod";
import type { Failure } from "../../../base/errors/millwright-error.ts";
import type { Agent, Artifact, Build, BuildDetails } from "../../../protocol/api.ts";
import { BUILD_KINDS, BUILD_STATUSES, PACKAGE_TYPES } from "../../../protocol/build-types.ts";
import { CACHE_KINDS, type CacheUse } from "../../../protocol/cache-use.ts";
import { ARTIFACT_KINDS } from "../../../protocol/job-folder/result.ts";
import { HOLD_KINDS, type Hold, type InstallLink } from "../../../protocol/page-api.ts";
import type { AgentFit, BuildExplanation } from "../../../protocol/queue-api.ts";
import { type BuildTiming, TIMING_KINDS } from "../../../protocol/timing-api.ts";
import { AGENT_KEY } from "./agent-shapes.ts";
import { maybe, time } from "./fields.ts";
import { MAINTENANCE } from "./maintenance-shapes.ts";

const text = z.string();
const whole = z.int();
const platform = z.enum(["android", "ios", "web"]);

/** The type of everything that is known from its TypeScript type only. */
const as = <Known>() => z.custom<Known>();

export const FAILURE = z.strictObject({
  code: text,
  blame: z.enum(["user", "host", "controller", "bug"]),
  what: text,
  why: text,
  next: text,
  link: maybe(text),
  step: maybe(text),
  detail: maybe(text),
}) satisfies z.ZodType<Failure>;

export const BUILD = z.strictObject({
  id: whole,
  app: z.strictObject({ id: text, name: text }),
  account: text,
  kind: z.enum(BUILD_KINDS),
  platform,
  buildType: text,
  packageType: maybe(z.enum(PACKAGE_TYPES)),
  status: z.enum(BUILD_STATUSES),
  commit: text,
  commitSha: maybe(text),
  commitNote: maybe(text),
  requestedBy: maybe(text),
  untrusted: maybe(z.literal(true)),
  branch: maybe(text),
  targetPlatform: maybe(text),
  environment: maybe(text),
  nativeConfig: maybe(text),
  securityProfile: maybe(text),
  buildFileName: maybe(text),
  attempt: whole,
  agent: maybe(text),
  createdAt: time,
  startedAt: maybe(time),
  finishedAt: maybe(time),
  cancelRequested: z.boolean(),
  failure: maybe(FAILURE),
  notice: maybe(text),
}) satisfies z.ZodType<Build>;

const CACHE_USE = z.strictObject({
  cache: z.enum(CACHE_KINDS),
  result: z.enum(["hit", "older", "miss", "broken"]),
  files: whole,
  bytes: whole,
  tookMs: whole,
  savedMs: whole,
}) satisfies z.ZodType<CacheUse>;

const STEP = z.strictObject({
  id: as<BuildDetails["steps"][number]["id"]>(),
  title: text,
  state: z.enum(["running", "ok", "warning", "skipped", "failed", "canceled"]),
  startedAt: time,
  finishedAt: maybe(time),
  detail: maybe(text),
  caches: maybe(z.array(CACHE_USE)),
});

export const ARTIFACT = z.strictObject({
  id: text,
  name: text,
  kind: z.enum(ARTIFACT_KINDS),
  size: whole,
  sha256: text,
  metadata: as<Artifact["metadata"]>(),
}) satisfies z.ZodType<Artifact>;

export const BUILD_DETAILS = BUILD.extend({
  steps: z.array(STEP),
  artifacts: z.array(ARTIFACT),
  artifactsRemovedAt: maybe(time),
  logLength: whole,
  logRemovedAt: maybe(time),
  waitingFor: maybe(text),
}) satisfies z.ZodType<BuildDetails>;

const agentState = z.enum(["ready", "busy", "paused", "draining", "maintenance", "unhealthy", "offline"]);

const HOLD = z.strictObject({
  kind: z.enum(HOLD_KINDS),
  reason: text,
  by: text,
  at: time,
  done: z.boolean(),
}) satisfies z.ZodType<Hold>;

export const AGENT = z.strictObject({
  id: text,
  name: text,
  state: agentState,
  hold: maybe(HOLD),
  maintenance: maybe(MAINTENANCE),
  reasons: z.array(text),
  version: text,
  os: text,
  arch: maybe(text),
  cores: maybe(whole),
  memoryBytes: maybe(z.number()),
  slots: whole,
  running: z.array(whole),
  diskFreeBytes: z.number(),
  lastContactAt: time,
  platforms: z.array(z.object({ platform: text, supported: z.boolean(), lacking: text })),
  targetPlatforms: z.array(text),
  toolchains: z.array(as<Agent["toolchains"][number]>()),
  key: maybe(AGENT_KEY),
}) satisfies z.ZodType<Agent>;

const AGENT_FIT = z.strictObject({
  agent: text,
  fits: z.boolean(),
  state: agentState,
  hold: maybe(HOLD),
  maintenance: maybe(MAINTENANCE),
  because: maybe(as<NonNullable<AgentFit["because"]>>()),
  reason: text,
}) satisfies z.ZodType<AgentFit>;

export const AGENT_FITS = z.strictObject({ agents: z.array(AGENT_FIT) });

export const INSTALL_LINK = z.strictObject({ url: text, expiresAt: time }) satisfies z.ZodType<InstallLink>;

export const EXPLANATION = z.strictObject({
  build: whole,
  status: z.enum(BUILD_STATUSES),
  summary: text,
  limit: maybe(z.strictObject({ limit: whole, live: whole, builds: z.array(whole) })),
  ahead: maybe(whole),
  requirement: maybe(as<NonNullable<BuildExplanation["requirement"]>>()),
  agents: z.array(AGENT_FIT),
  remedies: z.array(text),
}) satisfies z.ZodType<BuildExplanation>;

export const BUILD_TIMING = z.strictObject({
  build: whole,
  status: z.enum(BUILD_STATUSES),
  totalMs: whole,
  phases: z.array(
    z.strictObject({
      kind: z.enum(TIMING_KINDS),
      id: text,
      title: text,
      attempt: whole,
      startedAt: time,
      ms: whole,
      state: maybe(as<BuildDetails["steps"][number]["state"]>()),
      parts: z.array(z.strictObject({ title: text, ms: whole })),
    }),
  ),
}) satisfies z.ZodType<BuildTiming>;
