import { isAtLeast } from "../../protocol/target-platform.ts";

/** From 15.3 on, when they were renamed: the old names warn there, and the new ones are refused by what came before. */
const RENAMED: Readonly<Record<string, string>> = {
  development: "debugging",
  "ad-hoc": "release-testing",
  "app-store": "app-store-connect",
};

/** How `xcodebuild -exportArchive` calls a build type (development, ad-hoc, app-store, enterprise). */
export function exportMethod(buildType: string, xcodeVersion: string): string {
  return isAtLeast(xcodeVersion, "15.3") ? (RENAMED[buildType] ?? buildType) : buildType;
}
