import { z } from "zod";
import type { KeyRotated, NamedSetting } from "../../../protocol/api.ts";
import type { App } from "../../../protocol/app-api.ts";
import { AUDIT_ACTIONS, AUDIT_KINDS, type AuditEntry } from "../../../protocol/audit-api.ts";
import type { ChainPage } from "../../../protocol/audit-chain.ts";
import type { Automation, HookAnswer, Push, PushSecret } from "../../../protocol/push-api.ts";
import type { TargetPlatform, TargetPlatforms } from "../../../protocol/queue-api.ts";
import { HOST_SYSTEMS } from "../../../protocol/requirement.ts";
import { DELIVERY_STATES, type Delivery, type NewWebhook, type Webhook } from "../../../protocol/webhook-api.ts";
import { maybe, time } from "./fields.ts";

const text = z.string();
const whole = z.int();
const yes = z.boolean();

export const APP = z.strictObject({
  id: text,
  name: text,
  account: text,
  gitUrl: text,
  ownRemote: yes,
  subfolder: text,
  gitUsername: text,
  hasGitPassword: yes,
  deployOnPush: yes,
  cancelOlder: yes,
  hookUrl: text,
  hasPushSecret: yes,
  keepArtifactsDays: whole.nullable(),
  keepLogsDays: whole.nullable(),
  timeoutMinutes: whole.nullable(),
  trustedBranches: z.array(text).nullable(),
  createdAt: time,
}) satisfies z.ZodType<App>;

export const SETTING = z.strictObject({
  name: text,
  updatedAt: time,
  shown: z.record(text, z.unknown()),
}) satisfies z.ZodType<NamedSetting>;

export const AUDIT_ENTRY = z.strictObject({
  id: whole,
  at: time,
  actor: text,
  action: z.enum(AUDIT_ACTIONS),
  kind: z.enum(AUDIT_KINDS),
  name: text,
  build: maybe(whole),
  lease: maybe(text),
  attempt: maybe(whole),
  step: maybe(text),
  detail: text,
  seq: maybe(whole),
  hash: maybe(text),
}) satisfies z.ZodType<AuditEntry>;

const PLACE = z.strictObject({ seq: whole, hash: text });

export const CHAIN_PAGE = z.strictObject({
  entries: z.array(
    PLACE.extend({
      prev: text,
      id: whole,
      at: whole,
      actor: text,
      action: text,
      kind: text,
      name: text,
      account: text.nullable(),
      build: whole.nullable(),
      lease: text.nullable(),
      attempt: whole.nullable(),
      step: text.nullable(),
      detail: text,
    }),
  ),
  next: maybe(whole),
  head: maybe(PLACE),
  anchor: maybe(PLACE.extend({ at: whole })),
  unchained: z.strictObject({ count: whole, oldestAt: maybe(whole) }),
}) satisfies z.ZodType<ChainPage>;

export const KEY_ROTATED = z.strictObject({
  keyId: text,
  sealedAgain: whole,
  unreadable: z.array(text),
}) satisfies z.ZodType<KeyRotated>;

export const PUSH = z.strictObject({
  id: whole,
  at: time,
  source: text,
  branch: text,
  commit: maybe(text),
  before: maybe(text),
  note: text,
  pushedBy: maybe(text),
  outcome: text,
  builds: z.array(whole),
}) satisfies z.ZodType<Push>;

export const PUSH_SECRET = z.strictObject({ secret: text, url: text }) satisfies z.ZodType<PushSecret>;

export const AUTOMATION = z.strictObject({
  id: text,
  name: text,
  branches: z.array(text),
  request: z.custom<Automation["request"]>(),
  enabled: yes,
  createdAt: time,
  fault: maybe(text),
}) satisfies z.ZodType<Automation>;

export const HOOK_ANSWER = z.strictObject({
  message: text,
  pushes: z.array(z.strictObject({ branch: text, commit: text, outcome: text, repeated: yes })),
  ignored: z.array(text),
}) satisfies z.ZodType<HookAnswer>;

export const TARGET_PLATFORM = z.strictObject({
  name: text,
  os: z.enum([...HOST_SYSTEMS, "any"]),
  xcode: maybe(text),
  label: maybe(text),
  preferred: yes,
  notice: maybe(text),
  retired: yes,
  position: whole,
}) satisfies z.ZodType<TargetPlatform>;

export const TARGET_PLATFORMS = z.strictObject({
  targetPlatforms: z.array(text),
  defined: z.array(TARGET_PLATFORM),
}) satisfies z.ZodType<TargetPlatforms>;

export const WEBHOOK = z.strictObject({
  id: text,
  account: text,
  app: maybe(z.strictObject({ id: text, name: text })),
  url: text,
  enabled: yes,
  createdAt: time,
}) satisfies z.ZodType<Webhook>;

export const NEW_WEBHOOK = WEBHOOK.extend({ secret: maybe(text) }) satisfies z.ZodType<NewWebhook>;

export const DELIVERY = z.strictObject({
  id: whole,
  webhook: text,
  event: z.enum(["build.finished", "ping"]),
  build: maybe(whole),
  state: z.enum(DELIVERY_STATES),
  attempts: whole,
  response: maybe(whole),
  error: maybe(text),
  createdAt: time,
  triedAt: maybe(time),
  nextAt: maybe(time),
  endedAt: maybe(time),
}) satisfies z.ZodType<Delivery>;
