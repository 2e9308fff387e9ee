import type { App, AppChangeRequest, AppRequest } from "../../../protocol/app-api.ts";

/** An app as its form holds it: numbers as they are typed. */
export interface AppDraft {
  name: string;
  ownRemote: boolean;
  gitUrl: string;
  gitUsername: string;
  gitPassword: string;
  subfolder: string;
  deployOnPush: boolean;
  cancelOlder: boolean;
  keepArtifactsDays: string;
  keepLogsDays: string;
  timeoutMinutes: string;
}

export const NEW_APP: AppDraft = {
  name: "",
  ownRemote: false,
  gitUrl: "",
  gitUsername: "",
  gitPassword: "",
  subfolder: "",
  deployOnPush: true,
  cancelOlder: false,
  keepArtifactsDays: "",
  keepLogsDays: "",
  timeoutMinutes: "",
};

export function draftOf(app: App): AppDraft {
  const { name, ownRemote, gitUsername, subfolder, deployOnPush, cancelOlder } = app;
  const days = (value: number | null) => (value === null ? "" : `${value}`);
  return {
    ...NEW_APP,
    ...{ name, ownRemote, gitUsername, subfolder, deployOnPush, cancelOlder },
    gitUrl: ownRemote ? "" : app.gitUrl,
    keepArtifactsDays: days(app.keepArtifactsDays),
    keepLogsDays: days(app.keepLogsDays),
    timeoutMinutes: days(app.timeoutMinutes),
  };
}

export function newAppOf(draft: AppDraft): AppRequest {
  const { name, subfolder, deployOnPush, cancelOlder } = draft;
  return { name, subfolder, deployOnPush, cancelOlder, ...(draft.ownRemote ? {} : credentialsOf(draft)) };
}

/** What of an app changes. A password that wasn't entered stays, unless the user name it belongs to was taken away. */
export function appChangeOf(draft: AppDraft, app: App): AppChangeRequest {
  const { name, subfolder, deployOnPush, cancelOlder } = draft;
  const limits = {
    keepArtifactsDays: numberOf(draft.keepArtifactsDays),
    keepLogsDays: numberOf(draft.keepLogsDays),
    timeoutMinutes: numberOf(draft.timeoutMinutes),
  };
  const common = { name, subfolder, deployOnPush, cancelOlder, ...limits };
  if (draft.ownRemote) return { ...common, ...(app.ownRemote ? {} : { ownRemote: true as const }) };
  const forgotten = app.hasGitPassword && app.gitUsername !== "" && draft.gitUsername === "";
  return { ...common, ...credentialsOf(draft), ...(forgotten ? { gitPassword: draft.gitPassword } : {}) };
}

function credentialsOf({ gitUrl, gitUsername, gitPassword }: AppDraft) {
  return { gitUrl: gitUrl.trim(), gitUsername, ...(gitPassword === "" ? {} : { gitPassword }) };
}

/** Nothing entered: what holds for all apps. */
function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
