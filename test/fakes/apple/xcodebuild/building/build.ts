import { join } from "node:path";
import { out } from "../../machine/tool.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import type { Target } from "../project/project-file.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { buildTargets, planTargets } from "./build-targets.ts";

/** `build`: the product goes where the settings say. Throws `BuildFailure`. */
export function build(request: BuildRequest, targets: readonly Target[]): void {
  buildTargets(request, planTargets(request, targets), { folderOf: ({ settings }) => productFolder(settings) });
  out("\n** BUILD SUCCEEDED **\n");
}

function productFolder(settings: BuildSettings): string {
  if (!settings.flag("DEPLOYMENT_LOCATION")) return settings.value("CONFIGURATION_BUILD_DIR");
  return join(settings.value("DSTROOT"), settings.value("INSTALL_PATH"));
}
