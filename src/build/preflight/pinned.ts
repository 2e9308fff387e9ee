import { errorOf } from "../../base/errors/millwright-error.ts";
import { choosePlatformVersion } from "../cordova/platform-version.ts";
import type { PackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import { type AppFacts, known } from "../job/findings.ts";

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/**
 * Says in the log what the commit leaves to the registry of today, and throws VERSIONS_NOT_PINNED where the agent doesn't
 * want that. What an app's own install command does is the app's.
 */
export function checkPinned(context: JobContext, manager: PackageManager): void {
  const reasons = openVersions(context, known(context.found, "app"), manager);
  if (reasons.length === 0) return;
  const reason = reasons.join(" ");
  const { agentName: agent, requirePinned = false } = context.host;
  if (requirePinned) throw errorOf("VERSIONS_NOT_PINNED", { reason, agent });
  context.log.line(`Not pinned: ${reason}`);
}

function openVersions({ spec, host }: JobContext, app: AppFacts, manager: PackageManager): string[] {
  const reasons: string[] = [];
  const locked = app.entries.has(manager.because);
  if (!locked && app.commands.install === undefined) {
    reasons.push("It has no lock file: which dependencies are installed is what the registry gives today.");
  }
  if (spec.kind === "deploy" || spec.platform === "web") return reasons;
  const name = `cordova-${spec.platform}`;
  const { spec: version } = choosePlatformVersion(app, host.platformVersions, spec.platform);
  const named = app.packageJson.dependencies[name] ?? app.packageJson.devDependencies[name];
  if ((named !== undefined && locked) || EXACT.test(version)) return reasons;
  const asked = version === "" ? "no version of it" : version;
  return [...reasons, `Which ${name} is added is left open: it asks for ${asked}, and no lock file says more.`];
}
