import { join } from "node:path";
import type { HostSettings } from "../../protocol/job-folder/spec.ts";

/**
 * The folders of caches that commands of a build read and write: each job's own, inside its scratch folder. They are filled
 * from entries before, and become entries afterwards; where entries lie, a build has nothing to do.
 */
export function cacheFolders({ scratch }: Pick<HostSettings, "scratch">) {
  const own = join(scratch, "caches");
  return {
    npm: join(own, "npm"),
    gradle: join(own, "gradle"),
    cocoapods: join(own, "cocoapods"),
    /** Restored there, and moved into the checkout. */
    platforms: join(own, "platforms"),
  };
}
