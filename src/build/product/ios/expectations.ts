import type { Widget } from "../../job/findings.ts";
import type { AppInfo } from "./app-info.ts";
import type { NestedBundle } from "./ipa.ts";

/** Why the app is not what config.xml and the job ask for; undefined when it is. */
export function iosMismatch(info: AppInfo, widget: Widget, buildType: string): string | undefined {
  const id = widget.iosId ?? widget.id;
  if (info.identifier !== id) return `Its bundle id is ${info.identifier}, and config.xml says ${id}.`;
  if (info.versionName !== widget.version) {
    return `Its version is ${info.versionName}, and config.xml says ${widget.version}.`;
  }
  // Without ios-CFBundleVersion cordova takes the version up to its first dash.
  const build = widget.iosBundleVersion ?? widget.version.split("-")[0] ?? "";
  if (info.versionCode !== build) return `Its build number is ${info.versionCode}, and config.xml says ${build}.`;
  const platform = buildType === "simulator" ? "iPhoneSimulator" : "iPhoneOS";
  const { supportedPlatforms: platforms } = info;
  if (platforms.length > 0 && !platforms.includes(platform)) {
    return `It is for ${platforms.join(", ")}, and a build of type ${buildType} must be for ${platform}.`;
  }
  return undefined;
}

/** Why what is inside an app can't belong to it; undefined when it does. */
export function nestedMismatch({ path, info }: NestedBundle, app: AppInfo): string | undefined {
  if (!info) return `${path}Info.plist is no property list with a CFBundleIdentifier.`;
  if (info.identifier.startsWith(`${app.identifier}.`)) return undefined;
  return `${path} has the bundle id ${info.identifier}, which must begin with ${app.identifier} and a dot.`;
}

/** Of what is inside an app, what has another version than it, in sentences: the App Store wants the same. */
export function otherVersions(nested: readonly NestedBundle[], app: AppInfo): string[] {
  const shown = (info: AppInfo) => `${info.versionName} (${info.versionCode})`;
  return nested.flatMap(({ path, info }) =>
    info && shown(info) !== shown(app)
      ? [`${path} has the version ${shown(info)}, and the app ${shown(app)}: the App Store wants the same.`]
      : [],
  );
}
