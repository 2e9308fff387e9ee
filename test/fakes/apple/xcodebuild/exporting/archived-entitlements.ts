import type { Dictionary } from "../../plists/dictionary.ts";
import { ExportFailure } from "./failure.ts";
import type { ExportOptions } from "./options.ts";

const OF_EVERY_PROFILE = [
  "application-identifier",
  "com.apple.developer.team-identifier",
  "get-task-allow",
  "beta-reports-active",
];

/** Of what an archived app was signed with, what it asked for itself. */
export function ownEntitlements(signed: Dictionary): Dictionary {
  return Object.fromEntries(Object.entries(signed).filter(([key]) => !OF_EVERY_PROFILE.includes(key)));
}

/** An app with iCloud can only be exported when it is told which environment to use. */
export function checkICloud(wanted: Dictionary, { plist, type }: ExportOptions): void {
  const uses = Object.keys(wanted).some((key) => key.startsWith("com.apple.developer.icloud-"));
  if (!uses || type === "development" || plist["iCloudContainerEnvironment"] !== undefined) return;
  const text =
    'exportOptionsPlist error for key "iCloudContainerEnvironment": expected one of {Development, Production}, but no value was provided';
  throw new ExportFailure("IDEFoundationErrorDomain", 1, text);
}
