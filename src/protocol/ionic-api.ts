/**
 * The shapes of the HTTP API below `/ionic`, which unmodified Ionic CLIs (`ionic` 4.7 to 5.4.16, `@ionic/cli` 6 and 7) and
 * Appflow's GitHub action speak. `Authorization: Bearer TOKEN`, but for those marked *. Every answer with a body is an
 * `IonicAnswer`; one that isn't 2xx an `IonicRefusal`.
 *
 *   POST   /login *                              { email, password } → IonicLogin
 *   POST   /logout *                             204
 *   POST   /events/metrics *                     204; it is dropped unread
 *   GET    /users/self, /users/:user             IonicUser; only of oneself
 *   GET    /apps                                 IonicApp[]; ?page ?page_size
 *   POST   /apps                                 { name, org_id? } → 201 IonicApp, with a git remote of its own
 *   GET    /apps/:app                            IonicApp
 *   POST   /apps/:app/packages/verbose_post      names → 201 IonicBuild
 *   POST   /apps/:app/packages                   ids → 201 IonicBuild
 *   GET    /apps/:app/packages/:build            IonicBuild
 *   GET    /apps/:app/packages/:build/download   IonicDownload; ?artifact_type, without it the app's file
 *   POST   /apps/:app/deploys/verbose_post       names → 201 IonicBuild
 *   POST   /apps/:app/deploys                    ids → 201 IonicBuild
 *   GET    /apps/:app/deploys/:build             IonicBuild
 *   GET    /apps/:app/builds/:build              IonicBuild of either kind
 *   GET    /stacks                               IonicStack[]
 *   GET    /apps/:app/commits                    IonicCommit[], the newest first; these and the next: ?page ?page_size
 *   GET    /apps/:app/profiles, /environments, /native-configs, /channels, /distribution-credentials   IonicNamed[]
 */
export interface IonicAnswer<Data> {
  data: Data;
  meta: IonicMeta;
}

export interface IonicRefusal {
  /** `message` is all that the CLIs print: what happened, why, what to do next. `type` is the failure's code. */
  error: { message: string; type: string; link: string | null };
  meta: IonicMeta;
}

/** Without it the CLIs refuse an answer. */
export interface IonicMeta {
  status: number;
  version: string;
  request_id: string;
  /** Of lists: how many there are on all pages. */
  total?: number;
}

export interface IonicLogin {
  token: string;
  user: IonicUser;
}

export interface IonicUser {
  id: number;
  email: string;
  oauth_identities?: Record<string, never>;
}

export interface IonicApp {
  id: string;
  name: string;
  slug: string;
  org: { id: string; name: string };
  /** For `ionic git remote`; null for an app whose address is no git remote of a person's. */
  repo_url: string | null;
  association: null;
  web_preview: false;
}

/** `created`: the account's concurrency limit is reached. `pending`: waits for an agent. */
export type IonicState = "created" | "pending" | "running" | "success" | "failed" | "canceled";

export interface IonicBuild {
  /** The number that all other requests name it by. */
  job_id: number;
  id: string;
  state: IonicState;
  platform: string;
  build_type: string;
  commit: { sha: string; short_sha: string; note: string };
  stack: { friendly_name: string };
  profile_tag: string | null;
  environment_name: string | null;
  native_config_name: string | null;
  distribution_credential_name: null;
  pending_channels: [];
  automation_id: string | null;
  created: string;
  finished: string | null;
  /** The whole log so far; it only ever grows. */
  job: { id: number; trace: string };
  distribution_trace: "";
  /** Complete as soon as the state is `success`. */
  artifacts: { artifact_type: IonicArtifactType; name: string }[];
  /** Of a deploy build: the file's name. */
  artifact_name: string | null;
}

export const IONIC_ARTIFACT_TYPES = ["IPA", "APK", "AAB", "DSYM", "WWW_ZIP"] as const;
export type IonicArtifactType = (typeof IONIC_ARTIFACT_TYPES)[number];

export interface IonicDownload {
  /** Good for some minutes, without a token; null when the build has no such file. */
  url: string | null;
}

export interface IonicStack {
  id: number;
  friendly_name: string;
  platform: "IOS" | "ANDROID" | "WEB";
  /** Any agent that can build for the platform will do. */
  latest: boolean;
  build_types: { name: string; friendly_name: string; profile_type: "production" | "development" }[];
}

export interface IonicCommit {
  id: number;
  sha: string;
  short_sha: string;
  note: string;
  ref: string | null;
}

/** A security profile, an environment or a native config. `tag` is what requests name a profile by. */
export interface IonicNamed {
  id: number;
  name: string;
  tag?: string;
  type?: "production" | "development";
}
