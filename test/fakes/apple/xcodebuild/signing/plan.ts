import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PlistValue } from "plist";
import { type Dictionary, isDictionary } from "../../plists/dictionary.ts";
import { readDictionary } from "../../plists/plist-file.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import type { Target } from "../project/project-file.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { chooseAutomatically } from "./automatic.ts";
import { checkEntitlements, entitlementsFor } from "./entitlements.ts";
import { type Chosen, chooseManually } from "./manual.ts";
import { SigningTrouble } from "./trouble.ts";

export interface SigningPlan extends Chosen {
  entitlements: Dictionary;
}

/** How a target will be signed, checked in Xcode's order; undefined where signing is switched off. Throws `SigningTrouble`. */
export function planSigning(request: BuildRequest, target: Target, settings: BuildSettings): SigningPlan | undefined {
  if (settings.value("CODE_SIGNING_ALLOWED") === "NO") return undefined;
  const required = settings.value("CODE_SIGNING_REQUIRED") !== "NO";
  if (!required && settings.value("CODE_SIGN_IDENTITY") === "") return undefined;
  if (settings.value("DEVELOPMENT_TEAM") === "") {
    const hint = "Select a development team in the Signing & Capabilities editor.";
    throw new SigningTrouble(`Signing for "${target.name}" requires a development team. ${hint}`);
  }
  const manual = settings.value("CODE_SIGN_STYLE") === "Manual";
  const { machine, xcode } = request;
  const chosen = manual
    ? chooseManually({ machine, xcode, target: target.name, settings })
    : chooseAutomatically(request, target.name, settings);
  const wanted = wantedEntitlements(target, withIdentifiers(settings, chosen));
  checkEntitlements(wanted, chosen.profile);
  const bundleId = settings.value("PRODUCT_BUNDLE_IDENTIFIER");
  return { ...chosen, entitlements: entitlementsFor(wanted, chosen.profile, bundleId) };
}

/** Names that Xcode knows only where it reads entitlements. */
function withIdentifiers(settings: BuildSettings, { profile }: Chosen): BuildSettings {
  const known: Record<string, string> = {
    AppIdentifierPrefix: profile.appId.slice(0, profile.appId.indexOf(".") + 1),
    TeamIdentifierPrefix: `${profile.team}.`,
    CFBundleIdentifier: settings.value("PRODUCT_BUNDLE_IDENTIFIER"),
  };
  const named = (text: string) => text.replace(/\$[({](\w+)[)}]/g, (whole, name: string) => known[name] ?? whole);
  return { ...settings, expand: (text) => settings.expand(named(text)) };
}

function wantedEntitlements(target: Target, settings: BuildSettings): Dictionary {
  const name = settings.value("CODE_SIGN_ENTITLEMENTS");
  if (name === "") return {};
  const file = name.startsWith("/") ? name : join(target.project.folder, name);
  if (!existsSync(file)) {
    const why = "could not be opened. Verify the value of the CODE_SIGN_ENTITLEMENTS build setting";
    throw new SigningTrouble(`The entitlements file "${name}" ${why} for target "${target.name}" is correct.`);
  }
  return expandedDictionary(readDictionary(file), settings);
}

/** Replaces $(NAME) in every text of a dictionary, keys too. */
export function expandedDictionary(dictionary: Dictionary, settings: BuildSettings): Dictionary {
  const entries = Object.entries(dictionary).map(([key, value]) => [settings.expand(key), expanded(value, settings)]);
  return Object.fromEntries(entries) as Dictionary;
}

function expanded(value: PlistValue, settings: BuildSettings): PlistValue {
  if (typeof value === "string") return settings.expand(value);
  if (Array.isArray(value)) return value.map((each) => expanded(each, settings));
  return isDictionary(value) ? expandedDictionary(value, settings) : value;
}
