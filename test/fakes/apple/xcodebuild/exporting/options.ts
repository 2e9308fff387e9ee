import { existsSync } from "node:fs";
import { absolute, type Machine } from "../../machine/machine.ts";
import { err, Refusal } from "../../machine/tool.ts";
import { type Dictionary, dictionaryIn, textIn } from "../../plists/dictionary.ts";
import { readDictionary } from "../../plists/plist-file.ts";
import type { ProfileType } from "../../profiles/make-profile.ts";
import { isAtLeast, type SelectedXcode } from "../../xcode/selected-xcode.ts";
import { ExportFailure } from "./failure.ts";

export interface ExportOptions {
  plist: Dictionary;
  type: ProfileType;
  /** "" where none is given. */
  teamId: string;
  signingStyle: "manual" | "automatic" | undefined;
  signingCertificate: string | undefined;
  /** Profile's name or UUID by bundle id. */
  profiles: Record<string, string>;
}

const NEW_NAMES: Record<string, ProfileType> = {
  "app-store-connect": "app-store",
  "release-testing": "ad-hoc",
  enterprise: "enterprise",
  debugging: "development",
};
/** Deprecated from Xcode 15.3 on. */
const OLD_NAMES: Record<string, string> = {
  "app-store": "app-store-connect",
  "ad-hoc": "release-testing",
  development: "debugging",
};

/** Reads -exportOptionsPlist. Throws `ExportFailure`. */
export function readExportOptions(machine: Machine, xcode: SelectedXcode, path: string | undefined): ExportOptions {
  if (path === undefined) {
    throw new Refusal(
      64,
      "xcodebuild: error: the '-exportOptionsPlist' option is required when specifying '-exportArchive'.",
    );
  }
  const file = absolute(machine, path);
  if (!existsSync(file))
    throw new Refusal(
      66,
      `error: Couldn't load -exportOptionsPlist: The file “${path}” couldn’t be opened because there is no such file.`,
    );
  const plist = readDictionary(file);
  const profiles = dictionaryIn(plist, "provisioningProfiles");
  const style = textIn(plist, "signingStyle");
  return {
    plist,
    type: typeBy(xcode, textIn(plist, "method") ?? "development"),
    teamId: textIn(plist, "teamID") ?? "",
    signingStyle: style === "manual" || style === "automatic" ? style : undefined,
    signingCertificate: textIn(plist, "signingCertificate"),
    profiles: Object.fromEntries(Object.entries(profiles).map(([id, profile]) => [id, `${profile as string}`])),
  };
}

function typeBy({ version }: SelectedXcode, method: string): ProfileType {
  const renamed = isAtLeast(version, "15.3");
  const current = OLD_NAMES[method] ?? (method === "enterprise" ? method : undefined);
  const type = NEW_NAMES[renamed ? (current ?? method) : (current ?? "")];
  if (!type) {
    const known = renamed
      ? "app-store-connect, release-testing, enterprise, debugging, validation"
      : "app-store, ad-hoc, enterprise, development, validation";
    const text = `exportOptionsPlist error for key "method": expected one of {${known}}, but found ${method}`;
    throw new ExportFailure("IDEFoundationErrorDomain", 1, text);
  }
  if (renamed && OLD_NAMES[method]) {
    const warning = `Command line name "${method}" is deprecated. Use "${OLD_NAMES[method]}" instead.`;
    err(`xcodebuild[${process.pid}:${process.pid}] [MT] IDEDistribution: ${warning}`);
  }
  return type;
}
