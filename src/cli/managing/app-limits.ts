import type { App, AppChangeRequest } from "../../protocol/app-api.ts";
import { positiveNumber } from "../usage.ts";

/** As they were typed: a number, or `default` for what holds for all apps. */
export interface AppLimitOptions {
  keepArtifactsDays?: string;
  keepLogsDays?: string;
  timeoutMinutes?: string;
}

type Limits = Pick<AppChangeRequest, keyof AppLimitOptions>;

/** The limits that were named. Throws USAGE. */
export function appLimits(command: string, options: AppLimitOptions): Limits {
  const limits: Limits = {};
  const { keepArtifactsDays, keepLogsDays, timeoutMinutes } = options;
  if (keepArtifactsDays !== undefined)
    limits.keepArtifactsDays = limit(command, "--keep-artifacts-days", keepArtifactsDays);
  if (keepLogsDays !== undefined) limits.keepLogsDays = limit(command, "--keep-logs-days", keepLogsDays);
  if (timeoutMinutes !== undefined) limits.timeoutMinutes = limit(command, "--timeout-minutes", timeoutMinutes);
  return limits;
}

/** What of them is the app's own: `files 30 d, log 90 d, 60 min`. */
export function shownLimits(app: Pick<App, keyof AppLimitOptions>): string {
  const { keepArtifactsDays, keepLogsDays, timeoutMinutes } = app;
  const parts = [
    keepArtifactsDays === null ? "" : `files ${keepArtifactsDays} d`,
    keepLogsDays === null ? "" : `log ${keepLogsDays} d`,
    timeoutMinutes === null ? "" : `${timeoutMinutes} min`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function limit(command: string, option: string, text: string): number | null {
  return text === "default" ? null : positiveNumber(command, option, text);
}
