import { join } from "node:path";
import type { Cleanable } from "../cleanable.ts";
import { foldersIn, measure } from "../measure.ts";

const CORDOVA = /^cordova-(?<version>\d.*)$/;

/** Versions of cordova that the agent installed. Those that builds would use now stay, however long ago one did. */
export function findTools(workFolder: string, versionsInUse: ReadonlySet<string>): Cleanable[] {
  const folder = join(workFolder, "tools");
  return foldersIn(folder).flatMap((name) => {
    const version = CORDOVA.exec(name)?.groups?.["version"];
    if (version === undefined || /\.(new|lock)$/.test(name) || versionsInUse.has(version)) return [];
    const path = join(folder, name);
    return [{ kind: "tools", path, root: workFolder, while: "idle", lock: `${path}.lock`, ...measure(path) }];
  });
}
