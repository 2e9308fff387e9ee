import { isEntitlementValue, type WantedEntitlement } from "../../protocol/entitlement-rules.ts";
import type { PlistChange } from "./plist-changes.ts";

/** Changes and who makes them: `config.xml`, `the plugin …`. */
export interface ChangesOf {
  source: string;
  changes: readonly PlistChange[];
}

/**
 * The entitlements that cordova will write for a configuration, where that can be told: lists grow, later values replace
 * others, as in `graftPLIST` of cordova-common. `configuration` is as Xcode writes it: Release.
 */
export function wantedEntitlements(all: readonly ChangesOf[], configuration: "Debug" | "Release"): WantedEntitlement[] {
  const wanted = new Map<string, WantedEntitlement>();
  for (const { source, changes } of all) {
    for (const { file, key, value } of changes) {
      if (!isEntitlementsFile(file, configuration) || !isEntitlementValue(value)) continue;
      const before = wanted.get(key)?.value;
      const both = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
      wanted.set(key, { key, value: both, source });
    }
  }
  return [...wanted.values()];
}

/** Files for entitlements that cordova-ios never has: it leaves such changes out, unless a hook makes the file. */
export function lostEntitlements({ changes }: ChangesOf): PlistChange[] {
  return changes.filter(({ file }) => file.endsWith(".entitlements"));
}

/**
 * Whether cordova takes this target for the entitlements of cordova-ios 6 to 8 and nothing else: a target with a star may
 * lie in any folder, and one that fits several files leads to whichever is found first.
 */
function isEntitlementsFile(target: string, configuration: "Debug" | "Release"): boolean {
  const other = configuration === "Debug" ? "Release" : "Debug";
  if (!target.includes("*")) return target === `App/Entitlements-${configuration}.plist`;
  const pattern = new RegExp(`(^|/)${target.split("*").map(escaped).join("[^/]*")}$`);
  const fits = (file: string) => pattern.test(file);
  return (
    fits(`App/Entitlements-${configuration}.plist`) &&
    ![`App/Entitlements-${other}.plist`, "App/App-Info.plist"].some(fits)
  );
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
