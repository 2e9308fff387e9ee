import { BUILD_STATUSES, type BuildStatus } from "../../protocol/build-types.ts";
import { queryOf } from "../client/api.ts";

/** Which builds are shown. Stands in the address, so that it can be passed on. */
export interface BuildsFilter {
  app: string;
  platform: string;
  status: BuildStatus | "";
  branch: string;
}

/** The filter of an address; what isn't understood counts as not given. */
export function filterOf(query: Record<string, string>): BuildsFilter {
  const status = BUILD_STATUSES.find((each) => each === query["status"]) ?? "";
  return { app: query["app"] ?? "", platform: query["platform"] ?? "", status, branch: query["branch"] ?? "" };
}

/** The address of the builds that are shown with this filter. */
export function addressOf(filter: BuildsFilter): string {
  return `/builds${queryOf({ ...filter })}`;
}

export function isEmpty(filter: BuildsFilter): boolean {
  return Object.values(filter).every((value) => value === "");
}

/** Whether a build that was told of belongs to what is shown. */
export function shows(
  { app, platform, status, branch }: BuildsFilter,
  build: { app: { id: string; name: string }; platform: string; status: string; branch?: string },
): boolean {
  return (
    (app === "" || build.app.id === app || build.app.name === app) &&
    (platform === "" || build.platform === platform) &&
    (status === "" || build.status === status) &&
    (branch === "" || build.branch === branch)
  );
}
