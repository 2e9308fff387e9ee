import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Dictionary } from "../../plists/dictionary.ts";
import { textIn } from "../../plists/dictionary.ts";
import { readDictionary, writeXmlPlist } from "../../plists/plist-file.ts";
import { USE_TITLE, useOf } from "../../signing/identity-choice.ts";
import type { SigningPlan } from "../signing/plan.ts";
import type { ExportRequest } from "./choose.ts";

export interface SignedBundle {
  bundle: string;
  plan: SigningPlan;
}

/** ExportOptions.plist, DistributionSummary.plist and Packaging.log, which Xcode puts beside the .ipa. */
export function writeReports(
  folder: string,
  ipa: string,
  { options, team }: ExportRequest,
  signed: readonly SignedBundle[],
): void {
  const used: Dictionary = { destination: "export", ...options.plist, teamID: team };
  writeXmlPlist(join(folder, "ExportOptions.plist"), used);
  writeXmlPlist(join(folder, "DistributionSummary.plist"), { [ipa]: signed.map(summaryOf) });
  const steps = signed.map(
    ({ bundle }) => `${new Date().toISOString()}  Running /usr/bin/codesign on ${basename(bundle)}`,
  );
  writeFileSync(join(folder, "Packaging.log"), `${steps.join("\n")}\n`);
}

function summaryOf({ bundle, plan }: SignedBundle): Dictionary {
  const info = readDictionary(join(bundle, "Info.plist"));
  const { identity, profile, entitlements } = plan;
  return {
    architectures: ["arm64"],
    buildNumber: textIn(info, "CFBundleVersion") ?? "",
    certificate: {
      SHA1: identity.sha1,
      dateExpires: new Date(identity.notAfterMs).toISOString().slice(0, 10),
      type: USE_TITLE[useOf(identity)],
    },
    entitlements,
    name: basename(bundle),
    profile: { UUID: profile.uuid, name: profile.name },
    symbols: false,
    team: { id: profile.team, name: "Example Ltd" },
    versionNumber: textIn(info, "CFBundleShortVersionString") ?? "",
  };
}
