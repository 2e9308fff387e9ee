import { errorOf } from "../../base/errors/millwright-error.ts";
import { which } from "../../base/processes/which.ts";
import type { PackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";

/** Throws PACKAGE_MANAGER_MISSING or TOOL_MISSING when what installs the app's dependencies is not on the PATH of builds. */
export function checkPrograms(context: JobContext, manager: PackageManager): void {
  const path = context.host.environment["PATH"] ?? "";
  if (manager.name !== "npm" && !which(manager.name, path)) {
    throw errorOf("PACKAGE_MANAGER_MISSING", { manager: manager.name, lockFile: manager.because });
  }
  // npm runs the scripts, whatever manager installs.
  if (!which("npm", path)) throw errorOf("TOOL_MISSING", { tool: "npm", step: "install" });
}
