import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { AllowLists, HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";
import { nameText, repositoryName } from "../../protocol/repository-name.ts";
import { allowsRepository, matchesText } from "../../protocol/repository-pattern.ts";
import { parseAddress } from "../checkout/repository-address.ts";

/**
 * Whether this host takes the job at all, by what stands in its spec: asked before anything is fetched, kept or asked for.
 * Throws why the agent refused it, REPOSITORY_NOT_ALLOWED, NOT_ALLOWED_HERE.
 */
export function checkAdmission(host: HostSettings, spec: JobSpec): void {
  if (host.refused) throw new MillwrightError(host.refused);
  checkRepository(host, parseAddress(spec.app.gitUrl).url);
  const { environment, securityProfile } = spec;
  if (environment) checkName(host, "environments", "environment", environment.name);
  if (securityProfile) checkName(host, "securityProfiles", "security profile", securityProfile.name);
  checkVariables(host, [...Object.keys(environment?.variables ?? {}), ...(environment?.secretNames ?? [])]);
}

/** Of the app or of a submodule: as git is given it. Throws REPOSITORY_NOT_ALLOWED. */
export function checkRepository({ allow, agentName }: HostSettings, url: string): void {
  if (!allow || allowsRepository(allow.repositories, url)) return;
  const name = repositoryName(url);
  const repository = name ? nameText(name) : JSON.stringify(url.slice(0, 200));
  const how = name ? "" : " (an address that programs may take differently is only allowed by *)";
  throw errorOf("REPOSITORY_NOT_ALLOWED", {
    agent: agentName,
    repository,
    ruledBy: allow.ruledBy.repositories,
    allowed: `${listed(allow.repositories)}${how}`,
  });
}

/** Throws NOT_ALLOWED_HERE. */
export function checkVariables(host: HostSettings, names: readonly string[]): void {
  for (const name of names) checkName(host, "variables", "variable", name);
}

function checkName(
  { allow, agentName: agent }: HostSettings,
  list: "environments" | "securityProfiles" | "variables",
  kind: string,
  name: string,
): void {
  if (!allow || allow[list].some((pattern) => matchesText(pattern, name))) return;
  const ruledBy = allow.ruledBy[list];
  throw errorOf("NOT_ALLOWED_HERE", { agent, kind, name, key: `allow.${list}`, ruledBy, allowed: listed(allow[list]) });
}

function listed(patterns: AllowLists["repositories"]): string {
  return patterns.length === 0 ? "none" : patterns.join(", ");
}
