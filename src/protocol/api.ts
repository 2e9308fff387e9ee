/**
 * The shapes of the HTTP API below `/api/v1`, JSON both ways, `Authorization: Bearer TOKEN`.
 * An answer that isn't 2xx holds `{ "error": Failure }`.
 *
 *   GET    /apps                          { apps: App[] }
 *   POST   /apps                          AppRequest → 201 App
 *   GET    /apps/:app                     App; `:app` is an id or a name
 *   PATCH  /apps/:app                     Partial<AppRequest> → App
 *   DELETE /apps/:app                     204
 *   POST   /apps/:app/builds              BuildRequest → 201 Build
 *   GET    /builds                        { builds: Build[], next?: number }; ?account ?app ?status ?platform ?kind ?branch
 *                                         ?limit ?before=ID
 *   GET    /builds/:id                    BuildDetails
 *   GET    /builds/:id/watch              application/x-ndjson: a BuildDetails at once and after each change, until the end
 *   GET    /builds/:id/log                text/plain; ?from=BYTE ?most=BYTES, or ?follow=1 (open until the build ended and all was sent)
 *   POST   /builds/:id/cancel             Build
 *   GET    /builds/:id/artifacts/:artifact  the file; Range is understood; X-Sha256 holds its hash
 *   GET    /agents                        { agents: Agent[] }
 *   GET    /profiles, /environments, /native-configs         { items: NamedSetting[] }; a profile's `shown` is a ShownProfile
 *   PUT    /profiles/:name                ProfileRequest → NamedSetting; refused, and nothing stored, when it can't sign
 *   POST   /profiles/check                ProfileRequest → { shown: ShownProfile }; the same inspection, nothing is stored
 *   PUT    /environments/:name            EnvironmentRequest → NamedSetting
 *   PUT    /native-configs/:name          NativeConfigRequest → NamedSetting
 *   DELETE /profiles/:name, /environments/:name, /native-configs/:name   204
 *   POST   /keys/rotate                   KeyRotated
 *
 * Logins, people, accounts and tokens: account-api.ts. Pushes and automations: push-api.ts.
 * The audit: audit-api.ts.
 * How hosts join and leave: agent-api.ts. Webhooks to other systems: webhook-api.ts. What an app is: app-api.ts.
 */

import type { Failure } from "../base/errors/millwright-error.ts";
import type { AgentKeyState } from "./agent-api.ts";
import type { BuildKind, BuildStatus, HostPlatform, PackageType, ProfileType } from "./build-types.ts";
import type { CacheUse } from "./cache-use.ts";
import type { ArtifactKind, CollectedArtifact } from "./job-folder/result.ts";
import type { Maintenance } from "./maintenance-api.ts";
import type { Hold } from "./page-api.ts";
import type { StepId, StepOutcome } from "./steps.ts";

export interface BuildRequest {
  kind: BuildKind;
  /** Only for package builds. */
  platform?: string;
  buildType?: string;
  packageType?: PackageType;
  commit: string;
  targetPlatform?: string;
  environment?: string;
  nativeConfig?: string;
  securityProfile?: string;
  buildFileName?: string;
}

export interface Build {
  id: number;
  app: { id: string; name: string };
  /** Id of the account that it belongs to. */
  account: string;
  kind: BuildKind;
  platform: HostPlatform;
  buildType: string;
  packageType?: PackageType;
  status: BuildStatus;
  /** As asked for. */
  commit: string;
  /** The 40 digits, once fetched. */
  commitSha?: string;
  /** The first line of the commit's message, where the controller knows it. */
  commitNote?: string;
  /** The e-mail of a user, `admin`, `push` or `automation NAME`. */
  requestedBy?: string;
  /** The branch whose push began it. */
  branch?: string;
  /** Its commit is in no branch that the app trusts: it gets no secrets. */
  untrusted?: true;
  targetPlatform?: string;
  environment?: string;
  nativeConfig?: string;
  securityProfile?: string;
  buildFileName?: string;
  attempt: number;
  agent?: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  cancelRequested: boolean;
  failure?: Failure;
  /** What the operator says to those who ask for this target platform. */
  notice?: string;
}

export interface BuildStep {
  id: StepId;
  title: string;
  state: "running" | StepOutcome;
  startedAt: string;
  finishedAt?: string;
  /** Why it was skipped, or what warned. */
  detail?: string;
  /** What was restored of earlier builds of the app, and the time that it saved. */
  caches?: CacheUse[];
}

export interface Artifact {
  id: string;
  name: string;
  kind: ArtifactKind;
  size: number;
  sha256: string;
  metadata: CollectedArtifact["metadata"];
}

export interface BuildDetails extends Build {
  steps: BuildStep[];
  artifacts: Artifact[];
  /** Since when their files are no longer there: they were kept long enough. */
  artifactsRemovedAt?: string;
  logLength: number;
  logRemovedAt?: string;
  /** Why a build in the queue isn't running. */
  waitingFor?: string;
}

export interface Agent {
  id: string;
  name: string;
  /** Of an agent that is held: `paused`, or `draining`, also when it is drained; `offline` when it is silent besides. */
  state: "ready" | "busy" | "paused" | "draining" | "maintenance" | "unhealthy" | "offline";
  /** Only of one that an operator keeps from new builds. */
  hold?: Hold;
  /** Only of one in a maintenance window: its state is `maintenance`, unless it is held or offline besides. */
  maintenance?: Maintenance;
  /** Why it is unhealthy. */
  reasons: string[];
  version: string;
  os: string;
  /** `x64`, `arm64`. The three are missing where it didn't say. */
  arch?: string;
  cores?: number;
  memoryBytes?: number;
  slots: number;
  /** Those that one may read. */
  running: number[];
  diskFreeBytes: number;
  lastContactAt: string;
  platforms: { platform: string; supported: boolean; lacking: string }[];
  targetPlatforms: string[];
  toolchains: AgentToolchain[];
  /** Of a host that joined; agents that show the shared token have none. */
  key?: AgentKeyState;
}

export interface AgentToolchain {
  kind: string;
  version: string;
  path: string;
  /** The one that builds use when they ask for none. */
  preferred: boolean;
  /** Of an Xcode: `17A324`. */
  build?: string;
  /** Why builds can't use it; empty when they can. */
  lacking?: string;
  /** Of an Xcode: versions of its iOS SDKs. */
  sdks?: string[];
  beta?: boolean;
}

/** A profile, environment or native config without its secrets. */
export interface NamedSetting {
  name: string;
  updatedAt: string;
  /** Everything that may be shown: variables, the names of secrets, alias, file name, overrides. */
  shown: Record<string, unknown>;
}

export interface ProfileRequest {
  type: ProfileType;
  android?: {
    fileName: string;
    keystoreBase64: string;
    storePassword: string;
    alias: string;
    /** The store's password when left out. */
    keyPassword?: string;
  };
  ios?: {
    fileName: string;
    p12Base64: string;
    /** May be empty. */
    password: string;
    provisioningProfiles: { fileName: string; base64: string }[];
  };
}

/** What of a profile may be shown. What could not be looked into has no certificate. */
export interface ShownProfile {
  type: ProfileType;
  android?: {
    fileName: string;
    alias: string;
    format?: "jks" | "pkcs12";
    certificate?: ShownCertificate;
  };
  ios?: {
    fileName: string;
    identities: ShownCertificate[];
    provisioningProfiles: ShownProvisioningProfile[];
  };
  /** As of now: also what has come near its end since the profile was written. */
  warnings?: string[];
}

export interface ShownCertificate {
  subject: string;
  /** Hexadecimal, as the stores print it. */
  sha256: string;
  sha1: string;
  /** Such as `RSA 2048`. */
  key: string;
  validFrom: string;
  validTo: string;
}

export interface ShownProvisioningProfile {
  fileName: string;
  name: string;
  uuid: string;
  teamId: string;
  bundleId: string;
  /** The build type that it is for. */
  type: string;
  /** How many devices may run the app; 0 where they aren't named. */
  devices: number;
  validTo: string;
}

export interface EnvironmentRequest {
  variables: Record<string, string>;
  secrets: Record<string, string>;
  /** Secrets that tools want as files: the variable holds the file's path. */
  files?: Record<string, { fileName: string; base64: string }>;
}

/** The bytes that the files of one environment may have. */
export const FILE_SECRET_LIMITS = { each: 2 ** 20, together: 8 * 2 ** 20 } as const;

export interface NativeConfigRequest {
  appName?: string;
  bundleId?: string;
  version?: string;
  buildNumber?: string;
  preferences?: Record<string, string>;
  /** Variables by plugin: `{ "cordova-plugin-ionic": { "APP_ID": "…" } }`. */
  pluginVariables?: Record<string, Record<string, string>>;
}

/** What the change of the key that encrypts secrets did. */
export interface KeyRotated {
  /** The first bytes of the new key's SHA-256. */
  keyId: string;
  /** How many secrets were encrypted with it. */
  sealedAgain: number;
  /** Secrets whose key is lost or that are damaged: they stay as they are. */
  unreadable: string[];
}
