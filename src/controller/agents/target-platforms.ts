import type { Selectable } from "kysely";
import type { Toolchain } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { type HostOffer, meets, type Requirement, readRequirement, whatIsUnmet } from "../../protocol/requirement.ts";
import { targetPlatformOf } from "../../protocol/target-platform.ts";
import type { AgentRow, BuildRow } from "../store/tables.ts";
import { capabilityOf, platformsOf, systemOf } from "./capability.ts";

/** What a build needs of its host. */
export interface Need {
  platform: string;
  requirement: Requirement;
}

/** Why an agent can't take a build: which part of the need it lacks, and in a few words. */
export interface Unfit {
  because: "platform" | "xcode" | "os" | "label";
  reason: string;
}

export function needOf(build: Pick<Selectable<BuildRow>, "platform" | "requirement">): Need {
  return { platform: build.platform, requirement: readRequirement(build.requirement) };
}

/** What an agent has for builds that ask for a target platform. */
export function targetOffer(agent: Selectable<AgentRow>): HostOffer {
  const xcodes = xcodesOf(agent).filter(({ lacking }) => !lacking);
  return {
    os: systemOf(agent),
    names: capabilityOf(agent).targetPlatforms,
    xcodes: xcodes.map(({ version, beta }) => ({ version, beta: beta ?? false })),
  };
}

/** The target platforms of agents by name, each once: those of their configurations, and their Xcodes that are ready. */
export function targetPlatformsOf(agents: readonly Selectable<AgentRow>[]): string[] {
  const names = agents.map(targetOffer).flatMap((offer) => [...offer.names, ...offer.xcodes.map(targetPlatformOf)]);
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Why a build can't go to this agent, whatever it does at the moment; undefined when it can. */
export function whyNot(agent: Selectable<AgentRow>, { platform, requirement }: Need): Unfit | undefined {
  if (!platformsOf(agent).includes(platform)) {
    const support = capabilityOf(agent).platforms.find((each) => each.platform === platform);
    return { because: "platform", reason: support?.lacking.replace(/\.$/, "") || `doesn't know ${platform}` };
  }
  const offer = targetOffer(agent);
  if (meets(offer, requirement)) return undefined;
  switch (whatIsUnmet(offer, requirement)) {
    case "xcode":
      return { because: "xcode", reason: `has ${shownXcodes(agent)}` };
    case "os":
      return { because: "os", reason: requirement.os === "macos" ? "is no Mac" : "doesn't run Linux" };
    default:
      return { because: "label", reason: `doesn't offer ${requirement.label}` };
  }
}

/** `whyNot` of each agent that can't take the build: `mini-1: No Xcode was found; mini-2: has Xcode 16.2`. */
export function whatIsLacking(agents: readonly Selectable<AgentRow>[], need: Need): string {
  return agents
    .flatMap((agent) => {
      const unfit = whyNot(agent, need);
      return unfit === undefined ? [] : [`${agent.name}: ${unfit.reason}`];
    })
    .join("; ");
}

function shownXcodes(agent: Selectable<AgentRow>): string {
  const shown = ({ version, beta, lacking }: Toolchain) =>
    `Xcode ${version}${beta ? " beta" : ""}${lacking ? ` (can't be used: ${lacking})` : ""}`;
  return xcodesOf(agent).map(shown).join(", ") || "no Xcode";
}

function xcodesOf(agent: Selectable<AgentRow>): Toolchain[] {
  return capabilityOf(agent).toolchains.filter(({ kind }) => kind === "xcode");
}
