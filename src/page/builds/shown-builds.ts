import type { Build } from "../../protocol/api.ts";

/**
 * Takes a build that changed into a list that has the newest first: in its place when it is there, on top when it is newer
 * than all, away when it is no longer to be shown. Older ones that aren't in the list belong to a later page.
 */
export function withChange(builds: readonly Build[], changed: Build, shown: boolean): readonly Build[] {
  const at = builds.findIndex(({ id }) => id === changed.id);
  if (at >= 0) return shown ? builds.with(at, changed) : builds.toSpliced(at, 1);
  const newest = builds[0]?.id ?? 0;
  return shown && changed.id > newest ? [changed, ...builds] : builds;
}
