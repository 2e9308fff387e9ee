import type { AgentConfig } from "../../agent/config.ts";
import { type Check, ok } from "./check.ts";

/** What the controller can't make this agent do: said, not judged. */
export function checkTrust({ allow }: AgentConfig): Check {
  const lists = { repositories: "repositories", environments: "environments", securityProfiles: "security profiles" };
  const said = Object.entries({ ...lists, variables: "variables" }).flatMap(([key, what]) => {
    const allowed = allow[key as keyof typeof allow];
    return allowed.includes("*") ? [] : [`${what}: ${allowed.length === 0 ? "none" : allowed.join(", ")}`];
  });
  const found =
    said.length === 0 ? "Builds of all repositories and environments are taken." : `Only ${said.join("; ")}.`;
  return ok({ id: "allow", title: "Allowed builds" }, found);
}
