/** Apps in the HTTP API; the routes are in api.ts. */
export interface App {
  id: string;
  /** Id of the account that it belongs to. */
  account: string;
  name: string;
  /** Of an own remote, where to push to. */
  gitUrl: string;
  /** Its commits are pushed to the controller itself. */
  ownRemote: boolean;
  subfolder: string;
  gitUsername: string;
  hasGitPassword: boolean;
  /** A push starts a deploy build. */
  deployOnPush: boolean;
  /** A newer push cancels the builds that older pushes to the branch began. */
  cancelOlder: boolean;
  /** Where the webhook of the git host goes, and whether it has a secret. */
  hookUrl: string;
  hasPushSecret: boolean;
  /** Null: as long as the controller keeps those of all apps. */
  keepArtifactsDays: number | null;
  keepLogsDays: number | null;
  /** Null: as the agents' configuration says. */
  timeoutMinutes: number | null;
  /** Patterns of branches whose builds get secrets; null: the builds of all commits do. */
  trustedBranches: string[] | null;
  createdAt: string;
}

export interface AppRequest {
  name: string;
  /** Without it the app gets a remote of the controller's own. */
  gitUrl?: string;
  subfolder?: string;
  gitUsername?: string;
  gitPassword?: string;
  /** True when left out. */
  deployOnPush?: boolean;
  cancelOlder?: boolean;
}

/** Some of what may change of an app. */
export interface AppChangeRequest extends Partial<AppRequest> {
  /** Gives the app a remote of the controller's own instead of `gitUrl`. */
  ownRemote?: true;
  keepArtifactsDays?: number | null;
  keepLogsDays?: number | null;
  timeoutMinutes?: number | null;
  trustedBranches?: string[] | null;
}
