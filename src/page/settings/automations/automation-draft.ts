import type { Automation, AutomationRequest, NewAutomation } from "../../../protocol/push-api.ts";
import { type Asked, EMPTY, requestOf } from "../../start/request.ts";

/** An automation as its form holds it; what it asks for is what the form of a build asks for, without the commit. */
export interface AutomationDraft extends Asked {
  name: string;
  /** A pattern a line. */
  branches: string;
  enabled: boolean;
}

export const NEW_AUTOMATION: AutomationDraft = { ...EMPTY, name: "", branches: "main", enabled: true };

export function automationDraftOf({ name, branches, enabled, request }: Automation): AutomationDraft {
  const { kind, platform, ...asked } = request;
  const built = kind === "deploy" ? "web" : ((platform ?? "android") as Asked["platform"]);
  return { ...NEW_AUTOMATION, ...asked, platform: built, name, branches: branches.join("\n"), enabled };
}

export function newAutomationOf(draft: AutomationDraft): NewAutomation {
  const { name, enabled } = draft;
  const patterns = draft.branches.split("\n").map((line) => line.trim());
  const { commit: _, ...request } = requestOf(draft);
  return { name, enabled, branches: patterns.filter((line) => line !== ""), request };
}

/** What is built, in a few words: `android release aab`. */
export function inWords({ kind, platform, buildType, packageType }: AutomationRequest): string {
  if (kind === "deploy") return "web build";
  return [platform, buildType, packageType].filter(Boolean).join(" ");
}
