import type { Selectable } from "kysely";
import type { Toolchain } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { fulfils, type TargetOffer, targetPlatformOf, xcodeWishOf } from "../../protocol/target-platform.ts";
import type { AgentRow } from "../store/tables.ts";
import { capabilityOf, platformsOf } from "./capability.ts";

/** What an agent has for builds that ask for a target platform. */
export function targetOffer(agent: Selectable<AgentRow>): TargetOffer {
  const xcodes = xcodesOf(agent).filter(({ lacking }) => !lacking);
  return {
    names: capabilityOf(agent).targetPlatforms,
    xcodes: xcodes.map(({ version, beta }) => ({ version, beta: beta ?? false })),
  };
}

/** The target platforms of agents by name, each once: those of their configurations, and their Xcodes that are ready. */
export function targetPlatformsOf(agents: readonly Selectable<AgentRow>[]): string[] {
  const names = agents.map(targetOffer).flatMap((offer) => [...offer.names, ...offer.xcodes.map(targetPlatformOf)]);
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Why a build can't go to this agent, in a few words; undefined when it can. */
export function whyNot(
  agent: Selectable<AgentRow>,
  build: { platform: string; target_platform: string | null },
): string | undefined {
  const { platform, target_platform: target } = build;
  if (!platformsOf(agent).includes(platform)) {
    const support = capabilityOf(agent).platforms.find((each) => each.platform === platform);
    return support?.lacking || `doesn't know ${platform}`;
  }
  if (target === null || fulfils(targetOffer(agent), target)) return undefined;
  return xcodeWishOf(target) ? `has ${shownXcodes(agent)}` : `doesn't offer ${target}`;
}

/** `whyNot` of each agent that can't take the build: `mini-1: No Xcode was found; mini-2: has Xcode 16.2`. */
export function whatIsLacking(
  agents: readonly Selectable<AgentRow>[],
  build: { platform: string; target_platform: string | null },
): string {
  return agents
    .flatMap((agent) => {
      const reason = whyNot(agent, build);
      return reason === undefined ? [] : [`${agent.name}: ${reason.replace(/\.$/, "")}`];
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
