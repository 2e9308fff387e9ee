import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildKind, HostPlatform, PackageType, ProfileType } from "../build-types.ts";
import type { CacheKind } from "../cache-use.ts";
import type { Entitlements } from "../entitlement-rules.ts";
import type { MaterialName } from "../material.ts";

/** Names one attempt at one build, with the fence that all its writes carry. */
export interface LeaseRef {
  leaseId: string;
  buildId: number;
  attempt: number;
  fence: number;
}

/** What to build: everything but secrets. Made by the controller at Accept, written to the job folder by the daemon. */
export interface JobSpec {
  lease: LeaseRef;
  kind: BuildKind;
  /** `web` for deploy builds. */
  platform: HostPlatform;
  /** `debug`, `release`, …; empty for deploy builds. */
  buildType: string;
  packageType?: PackageType;
  app: { id: string; name: string; gitUrl: string; subfolder: string };
  /** As asked for: 40 hexadecimal digits, a branch or a tag. */
  commit: string;
  /** Where the commit was pushed to, when that is known: for git servers that give out branches only. */
  branch?: string;
  targetPlatform?: string;
  /**
   * The Xcode that the target platform asks for, as `xcodeWishOf` reads it; empty when any will do. Without it the name of
   * the target platform says it: so it was with older controllers.
   */
  xcode?: string;
  /** What the operator says to those who ask for this target platform. */
  notice?: string;
  nativeConfig?: NativeConfig;
  /** `secretNames`: of variables whose values, or files, are material; missing with older controllers. */
  environment?: { name: string; variables: Record<string, string>; secretNames?: string[] };
  securityProfile?: SecurityProfile;
  /** Name of the artifact without its ending. */
  buildFileName?: string;
  /** How long the app's builds may take, where the host doesn't allow less. */
  timeoutMs?: number;
  /** The commit is in no branch that the app trusts: it gets no secrets, and leaves nothing for later builds. */
  untrusted?: true;
  /** Which materials exist and may be asked for. */
  materials: MaterialName[];
  /** W3C Trace Context of the attempt, where traces are collected: programs of the build get it as TRACEPARENT. */
  traceparent?: string;
}

/** What of a security profile may be known before it signs. */
export interface SecurityProfile {
  name: string;
  type: ProfileType;
  /** What the controller knows to be wrong with it now; the build then ends before it installs anything. */
  failure?: Failure;
  /** For ios: what the controller read of its files. */
  ios?: AppleProfileFacts;
  /** What will be wrong soon, such as a certificate that expires in some days. */
  warnings?: string[];
}

/** What may be known of an Apple signing profile: no secrets. The first provisioning profile is the app's own. */
export interface AppleProfileFacts {
  /** Of each identity of the p12: SHA-1 of its certificate (lower-case hex), its name and team. */
  identities: { sha1: string; commonName: string; teamId: string }[];
  provisioningProfiles: {
    name: string;
    uuid: string;
    teamId: string;
    /** Without the team's prefix; may end in a wildcard. */
    bundleId: string;
    type: "development" | "ad-hoc" | "app-store" | "enterprise";
    certificateSha1s: string[];
    /** How many devices may run the app; 0 where they aren't named. */
    devices: number;
    /** What it allows; missing where an older controller has looked into it. */
    entitlements?: Entitlements;
  }[];
}

/** Overrides of config.xml and of plugin variables, applied to the throw-away checkout. */
export interface NativeConfig {
  name: string;
  appName?: string;
  bundleId?: string;
  version?: string;
  /** Android versionCode, iOS build number. */
  buildNumber?: string;
  preferences?: Record<string, string>;
  /** Variables by plugin: `{ "cordova-plugin-ionic": { "APP_ID": "…" } }`. */
  pluginVariables?: Record<string, Record<string, string>>;
}

/** Where and what a job keeps for later builds of its app. Only the supervisor itself writes there, never a command of a build. */
export interface HostCaches {
  entries: string;
  /** On the same file system: what isn't whole yet. */
  storing: string;
  keep: CacheKind[];
  /** With less free space nothing more is kept. */
  keepFreeBytes: number;
  maxEntryBytes: number;
}

/** How the commands of a build are kept from the host and from other builds. */
export interface Isolation {
  /** Path of bubblewrap's program, which was tried on this host; empty where commands run as they are. */
  program: string;
  version: string;
  /** Why there is no sandbox; empty where there is one. */
  lacking: string;
  /** Why system calls aren't filtered; empty where they are. Missing in folders of agents that knew no filter. */
  unfiltered?: string;
  /** Path of `sandbox-exec` of macOS, where commands are contained by that; `program` is empty then. */
  sandboxExec?: string;
  /** Files of the agent that no build may read, where it sees the host's own folders. */
  hidden?: string[];
  /** The agent's configuration allows no build without it. */
  required: boolean;
  /** Whether commands behind the checkout may use the network. */
  network: boolean;
  /** What they may reach although `network` is false: see isolation.hosts of the agent's configuration. */
  hosts?: string[];
  /** Paths of the host that builds see, besides the system and the tools that they use. */
  readable: string[];
  /** The same, to be written too: shared by all builds of the host. */
  writable: string[];
  /** Of one command; 0 for none, as for the next two. */
  maxProcesses: number;
  maxMemoryBytes: number;
  /** Of the checkout and what the job writes besides it. */
  maxDiskBytes: number;
}

/** What the operator of a host lets builds use there, whatever the controller says. */
export interface AllowLists {
  /** Patterns of repository-pattern.ts. */
  repositories: string[];
  /** Names in which `*` stands for any characters, as in the next two. */
  environments: string[];
  securityProfiles: string[];
  /** Variables of the environment, those included that hold secrets. */
  variables: string[];
  /** Of each list: `agent.config.yaml:12: allow.repositories`. */
  ruledBy: Record<"repositories" | "environments" | "securityProfiles" | "variables", string>;
}

/** What the host gives to a job: from the agent's configuration, written to the job folder by the daemon. */
export interface HostSettings {
  agentName: string;
  /** Bare repositories, one for each app's address. */
  mirrorsFolder: string;
  /** Where the commit is checked out: this job's own folder, made and removed by it. */
  worktree: string;
  /** Cordova versions that the agent installs itself. */
  toolsFolder: string;
  /** This job's own temporary folder and HOME. */
  scratch: string;
  /** npm's cache, shared by the jobs of this host. */
  npmCache: string;
  /** Missing where an older agent laid out the job: then builds share `npmCache`, and keep nothing else. */
  caches?: HostCaches;
  /** The environment of every child, complete: PATH, ANDROID_HOME …; nothing else is inherited. */
  environment: Record<string, string>;
  /** Folders that hold Node installations, besides the usual places of version managers. */
  nodeFolders: string[];
  /** Folders that are searched for Xcodes. */
  xcodeFolders: string[];
  /** Version or path of the Xcode for jobs that name none; empty for the newest that is ready. */
  preferredXcode: string;
  /** Names of target platforms that the agent's configuration promises: any Xcode of the host will do for them. */
  targetPlatforms: string[];
  /** The home folder of the agent's user, where macOS keeps keychain preferences and provisioning profiles. */
  userHome: string;
  cordovaVersion: string;
  /** Platform versions for apps that name none, such as `{ android: "14.0.1" }`. */
  platformVersions: Record<string, string>;
  /** Nothing may be left open by the commit; missing where an older agent laid out the job. */
  requirePinned?: boolean;
  minFreeBytes: number;
  cancelGraceMs: number;
  timeoutMs: number;
  /** A step that prints nothing for so long is stopped. */
  silenceMs: number;
  keepWorktree: boolean;
  /** Run the commands of steps on a terminal instead of on pipes. */
  terminal: boolean;
  logLimitBytes: number;
  logTailBytes: number;
  /** Where the daemon listens for requests for material, and the word that this job shows there. */
  materialSocket: string;
  materialKey: string;
  /** Missing where an older agent laid out the job. */
  allow?: AllowLists;
  /** Why the agent takes nothing of this job: it ends with that, before anything of it is done. */
  refused?: Failure;
  /** Folder of the control group that this job's contained commands go to; missing where there is none. */
  controlGroup?: string;
  /** Missing in folders of agents that knew no sandbox. */
  isolation?: Isolation;
}
