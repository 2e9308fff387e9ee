import type { Widget } from "../job/findings.ts";
import type { Badging } from "./badging.ts";

/** Why the product is not what config.xml and the job ask for; undefined when it is. */
export function mismatch(badging: Badging, widget: Widget, buildType: string): string | undefined {
  const id = widget.androidId ?? widget.id;
  if (badging.identifier !== id) return `Its package id is ${badging.identifier}, and config.xml says ${id}.`;
  if (badging.versionName !== widget.version) {
    return `Its version is ${badging.versionName}, and config.xml says ${widget.version}.`;
  }
  const code = widget.androidVersionCode;
  if (code !== undefined && badging.versionCode !== code) {
    return `Its version code is ${badging.versionCode}, and config.xml says ${code}.`;
  }
  if (buildType === "release" && badging.debuggable) return "It is debuggable, and a release must not be.";
  return undefined;
}
