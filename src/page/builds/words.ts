import type { Build } from "../../protocol/api.ts";

const NAMES = { android: "Android", ios: "iOS", web: "Web" };

/** `Android release (aab)`, `iOS ad-hoc`, `Deploy build`. */
export function whatIsBuilt({ kind, platform, buildType, packageType }: Build): string {
  if (kind === "deploy") return "Deploy build";
  return `${NAMES[platform]} ${buildType}${packageType ? ` (${packageType})` : ""}`;
}

/** The commit as people say it: the first digits of a hash, a branch as it is. */
export function shortCommit({ commit, commitSha }: Build): string {
  const named = commitSha ?? commit;
  return /^[0-9a-f]{40}$/.test(named) ? named.slice(0, 8) : named;
}
