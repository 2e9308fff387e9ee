import { errorOf } from "../../base/errors/millwright-error.ts";

/** Throws LOG_REMOVED for a build whose log was kept long enough. */
export function refuseRemovedLog({ id, log_removed_at: at }: { id: number; log_removed_at: number | null }): void {
  if (at !== null) throw errorOf("LOG_REMOVED", { build: id, at: new Date(at).toISOString() });
}
