import { z } from "zod";
import { INVITATION, NEW_INVITATION } from "./agent-shapes.ts";
import {
  AGENT,
  AGENT_FITS,
  ARTIFACT,
  BUILD,
  BUILD_DETAILS,
  BUILD_TIMING,
  EXPLANATION,
  FAILURE,
  INSTALL_LINK,
} from "./build-shapes.ts";
import { LOG_MATCHES, LOG_OUTLINE } from "./log-shapes.ts";
import { MAINTENANCE_WINDOW } from "./maintenance-shapes.ts";
import { ACCOUNT, LOGIN, ME, MEMBER, NEW_TOKEN, TOKEN, USER } from "./people-shapes.ts";
import * as settings from "./setting-shapes.ts";

const page = { next: z.exactOptional(z.int()) };

const IONIC_META = z.strictObject({
  status: z.int(),
  version: z.string(),
  request_id: z.string(),
  total: z.exactOptional(z.int()),
});
const IONIC_ERROR = z.strictObject({ message: z.string(), type: z.string(), link: z.string().nullable() });

const HEALTH_CHECK = z.strictObject({ name: z.string(), ok: z.boolean(), reason: z.exactOptional(z.string()) });

/** What is answered as JSON, by the names that the document gives it. Nothing else is in an answer. */
export const SHAPES = {
  Failure: FAILURE,
  Refusal: z.strictObject({ error: FAILURE }),
  Build: BUILD,
  Artifact: ARTIFACT,
  BuildDetails: BUILD_DETAILS,
  InstallLink: INSTALL_LINK,
  Builds: z.strictObject({ builds: z.array(BUILD), ...page }),
  BuildExplanation: EXPLANATION,
  BuildTiming: BUILD_TIMING,
  LogOutline: LOG_OUTLINE,
  LogMatches: LOG_MATCHES,
  Agent: AGENT,
  Agents: z.strictObject({ agents: z.array(AGENT) }),
  Invitations: z.strictObject({ invitations: z.array(INVITATION) }),
  NewInvitation: NEW_INVITATION,
  AgentFits: AGENT_FITS,
  MaintenanceWindow: MAINTENANCE_WINDOW,
  MaintenanceWindows: z.strictObject({ windows: z.array(MAINTENANCE_WINDOW) }),
  App: settings.APP,
  Apps: z.strictObject({ apps: z.array(settings.APP) }),
  Setting: settings.SETTING,
  Settings: z.strictObject({ items: z.array(settings.SETTING) }),
  CheckedProfile: z.strictObject({ shown: z.record(z.string(), z.unknown()) }),
  Audit: z.strictObject({ entries: z.array(settings.AUDIT_ENTRY), ...page }),
  AuditChain: settings.CHAIN_PAGE,
  KeyRotated: settings.KEY_ROTATED,
  Pushes: z.strictObject({ pushes: z.array(settings.PUSH), ...page }),
  PushSecret: settings.PUSH_SECRET,
  Automation: settings.AUTOMATION,
  Automations: z.strictObject({ automations: z.array(settings.AUTOMATION) }),
  HookAnswer: settings.HOOK_ANSWER,
  TargetPlatform: settings.TARGET_PLATFORM,
  TargetPlatforms: settings.TARGET_PLATFORMS,
  Webhook: settings.WEBHOOK,
  NewWebhook: settings.NEW_WEBHOOK,
  Webhooks: z.strictObject({ webhooks: z.array(settings.WEBHOOK) }),
  Delivery: settings.DELIVERY,
  Deliveries: z.strictObject({ deliveries: z.array(settings.DELIVERY), ...page }),
  Login: LOGIN,
  Me: ME,
  User: USER,
  Users: z.strictObject({ users: z.array(USER) }),
  Account: ACCOUNT,
  Accounts: z.strictObject({ accounts: z.array(ACCOUNT) }),
  Member: MEMBER,
  Members: z.strictObject({ members: z.array(MEMBER) }),
  NewToken: NEW_TOKEN,
  Tokens: z.strictObject({ tokens: z.array(TOKEN) }),
  Health: z.strictObject({ ok: z.literal(true), checks: z.array(HEALTH_CHECK) }),
  Readiness: z.strictObject({ ready: z.boolean(), reason: z.exactOptional(z.string()), checks: z.array(HEALTH_CHECK) }),
  IonicAnswer: z.strictObject({ data: z.looseObject({}), meta: IONIC_META }),
  IonicList: z.strictObject({ data: z.array(z.looseObject({})), meta: IONIC_META }),
  IonicRefusal: z.strictObject({ error: IONIC_ERROR, meta: IONIC_META }),
  OAuthTokens: z.strictObject({
    access_token: z.string(),
    refresh_token: z.string(),
    expires_in: z.int(),
    token_type: z.literal("Bearer"),
    scope: z.string(),
  }),
  OAuthRefusal: z.strictObject({ error: z.string(), error_description: z.string() }),
  Document: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
} as const satisfies Record<string, z.ZodType>;

export type ShapeName = keyof typeof SHAPES;
