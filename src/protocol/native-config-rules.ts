import type { ErrorCode } from "../base/errors/catalogue.ts";
import { PLATFORMS, type Platform } from "./build-types.ts";
import type { NativeConfig } from "./job-folder/spec.ts";

/** Highest versionCode that Google Play takes. */
const HIGHEST_VERSION_CODE = 2_100_000_000;

const ID_FORM: Readonly<Record<Platform, RegExp>> = {
  android: /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$/,
  ios: /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
};

/** Words of Java (JLS 3.9 and the literals): a package of Android code can't have a part of that name. */
const JAVA_WORDS = new Set(
  (
    "abstract assert boolean break byte case catch char class const continue default do double else enum extends " +
    "false final finally float for goto if implements import instanceof int interface long native new null package " +
    "private protected public return short static strictfp super switch synchronized this throw throws transient " +
    "true try void volatile while"
  ).split(" "),
);

/** What is wrong with one value of a native config, with the error's code that tells it. */
export interface NativeConfigFault {
  code: Extract<ErrorCode, "BUNDLE_ID_INVALID" | "VERSION_INVALID" | "VERSION_CODE_INVALID" | "NATIVE_CONFIG_INVALID">;
  value: string;
  /** A sentence. */
  reason: string;
}

/** The first fault that the platform's tools would refuse or misread; undefined when there is none. */
export function nativeConfigFault(
  config: Omit<NativeConfig, "name">,
  platform: Platform,
): NativeConfigFault | undefined {
  const { bundleId, version, buildNumber, preferences = {}, pluginVariables = {} } = config;
  const told = (code: NativeConfigFault["code"], value: string, reason: string | undefined) =>
    reason === undefined ? [] : [{ code, value, reason }];
  const named = (name: string, reason: string | undefined) => told("NATIVE_CONFIG_INVALID", name, reason);
  return [
    ...(bundleId === undefined ? [] : told("BUNDLE_ID_INVALID", bundleId, bundleIdFault(bundleId, platform))),
    ...(version === undefined ? [] : told("VERSION_INVALID", version, versionFault(version))),
    ...(buildNumber === undefined
      ? []
      : told("VERSION_CODE_INVALID", buildNumber, buildNumberFault(buildNumber, platform))),
    ...Object.keys(preferences).flatMap((name) => named(name, preferenceFault(name))),
    ...Object.entries(pluginVariables).flatMap(([plugin, variables]) => [
      ...named(plugin, pluginFault(plugin)),
      ...Object.keys(variables).flatMap((name) => named(name, pluginVariableFault(plugin, name))),
    ]),
  ][0];
}

/** A fault that it has on every platform, for when the platform isn't known yet. */
export function faultOnEveryPlatform(config: Omit<NativeConfig, "name">): NativeConfigFault | undefined {
  const faultOf = (field: Partial<NativeConfig>) => {
    const faults = PLATFORMS.map((platform) => nativeConfigFault(field, platform));
    return faults.every((fault) => fault !== undefined) ? faults[0] : undefined;
  };
  // One field at a time: an id for android and a build number for ios would each be fine somewhere.
  const fields = Object.entries(config).filter(([, value]) => value !== undefined);
  return fields.map(([name, value]) => faultOf({ [name]: value })).find((fault) => fault !== undefined);
}

/** Why the platform doesn't take this id of an app. */
export function bundleIdFault(id: string, platform: Platform): string | undefined {
  if (!ID_FORM[platform].test(id)) {
    return `The bundle id ${id} is not one of ${platform}: names joined by dots, such as com.example.app.`;
  }
  const word = platform === "android" ? id.split(".").find((part) => JAVA_WORDS.has(part)) : undefined;
  return word && `The bundle id ${id} has the part "${word}", which is a word of Java: android can't use it.`;
}

export function versionFault(version: string): string | undefined {
  if (/^\d+(\.\d+){0,3}([-+][0-9A-Za-z.-]+)?$/.test(version)) return undefined;
  return `The version ${version} is not made of numbers and dots, such as 1.4.2.`;
}

/** Why the platform doesn't take this versionCode or CFBundleVersion. */
export function buildNumberFault(text: string, platform: Platform): string | undefined {
  if (platform === "ios") {
    if (/^\d+(\.\d+){0,2}$/.test(text)) return undefined;
    return `The build number ${text} is not one of ios: up to three numbers with dots.`;
  }
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= HIGHEST_VERSION_CODE) return undefined;
  return `The build number ${text} is not one of android: a whole number from 1 to ${HIGHEST_VERSION_CODE}.`;
}

export function preferenceFault(name: string): string | undefined {
  return /^[A-Za-z0-9_.-]+$/.test(name) ? undefined : `The preference ${JSON.stringify(name)} has no valid name.`;
}

/** Plugins are npm packages, whose ids may have a scope. */
export function pluginFault(plugin: string): string | undefined {
  if (/^(@[a-z0-9][a-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/.test(plugin)) return undefined;
  return `The plugin ${JSON.stringify(plugin)} has no valid name, such as cordova-plugin-ionic or @scope/plugin.`;
}

export function pluginVariableFault(plugin: string, name: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  return `The variable ${JSON.stringify(name)} of the plugin ${plugin} has no valid name, such as APP_ID.`;
}
