import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AgentConfig } from "../../agent/config.ts";
import { PINNED_KEY } from "../../agent/jobs/spec-trust.ts";
import { type Check, ok, wrong } from "./check.ts";

/** What the controller can't make this agent do: said, not judged. */
export function checkAllowed({ allow }: AgentConfig): Check {
  const lists = { repositories: "repositories", environments: "environments", securityProfiles: "security profiles" };
  const said = Object.entries({ ...lists, variables: "variables" }).flatMap(([key, what]) => {
    const allowed = allow[key as keyof typeof allow];
    return allowed.includes("*") ? [] : [`${what}: ${allowed.length === 0 ? "none" : allowed.join(", ")}`];
  });
  const found =
    said.length === 0 ? "Builds of all repositories and environments are taken." : `Only ${said.join("; ")}.`;
  return ok({ id: "allow", title: "Allowed builds" }, found);
}

/** Whether jobs must be signed, and by whom. */
export function checkSignedJobs({ trust, workFolder }: AgentConfig): Check {
  const named = { id: "signed-jobs", title: "Signed jobs" };
  const { signedSpecs, specKey } = trust;
  if (signedSpecs === "off") {
    const next = "Remove trust.signedSpecs from the agent's configuration once its controller signs jobs again.";
    return wrong(named, "warning", "trust.signedSpecs is off: this agent runs what its controller's store says.", next);
  }
  if (specKey !== "") return ok(named, `Jobs must be signed with trust.specKey, ${specKey}.`);
  const file = join(workFolder, PINNED_KEY);
  if (existsSync(file)) return ok(named, `Jobs must be signed with the key in ${file}.`);
  return ok(named, "The key of the first controller that is met will be kept, and jobs must then be signed with it.");
}
