import type { App } from "../../src/protocol/app-api.ts";

/** What an app is that nobody set up specially. */
export const PLAIN_APP: Omit<App, "id" | "name" | "gitUrl"> = {
  account: "default",
  ownRemote: false,
  subfolder: "",
  gitUsername: "",
  hasGitPassword: false,
  deployOnPush: true,
  cancelOlder: false,
  hookUrl: "http://127.0.0.1/hooks/a1",
  hasPushSecret: false,
  keepArtifactsDays: null,
  keepLogsDays: null,
  timeoutMinutes: null,
  trustedBranches: null,
  createdAt: "2026-01-01T00:00:00.000Z",
};
