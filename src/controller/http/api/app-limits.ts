import type { Selectable } from "kysely";
import { z } from "zod";
import type { App } from "../../../protocol/app-api.ts";
import type { AppChange } from "../../store/app-store.ts";
import type { AppRow } from "../../store/tables.ts";

/** A hundred years: longer than anything is wanted. */
const MOST_DAYS = 36_500;
const MOST_MINUTES = 7 * 24 * 60;

const days = z.number().int().min(1).max(MOST_DAYS).nullable().optional();

/** How long an app's files are kept and its builds may take; null is what holds for all. For the schema of requests. */
export const APP_LIMITS = {
  keepArtifactsDays: days,
  keepLogsDays: days,
  timeoutMinutes: z.number().int().min(1).max(MOST_MINUTES).nullable().optional(),
};

type Limits = { [key in keyof typeof APP_LIMITS]?: number | null | undefined };

/** The columns that are given. */
export function limitColumns({ keepArtifactsDays, keepLogsDays, timeoutMinutes }: Limits): AppChange {
  const change: AppChange = {};
  if (keepArtifactsDays !== undefined) change.keep_artifacts_days = keepArtifactsDays;
  if (keepLogsDays !== undefined) change.keep_logs_days = keepLogsDays;
  if (timeoutMinutes !== undefined) change.timeout_minutes = timeoutMinutes;
  return change;
}

export function limitFields(row: Selectable<AppRow>): Pick<App, keyof typeof APP_LIMITS> {
  return {
    keepArtifactsDays: row.keep_artifacts_days,
    keepLogsDays: row.keep_logs_days,
    timeoutMinutes: row.timeout_minutes,
  };
}
