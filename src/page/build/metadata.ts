import type { Artifact } from "../../protocol/api.ts";

/** What people look for first, under the names that they use. The rest follows under its own. */
const NAMES: Record<string, string> = {
  identifier: "Identifier",
  versionName: "Version",
  version: "Version",
  versionCode: "Version code",
  buildNumber: "Build number",
  signer: "Signed by",
  signerSha256: "Signer's SHA-256",
  signatureSchemes: "Signature schemes",
  teamId: "Team",
  minSdk: "Least SDK",
  targetSdk: "Target SDK",
  xcode: "Xcode",
};

/** `identifier` and `version` first; words of camel case are spaced; lists are joined. */
export function metadataLines(metadata: Artifact["metadata"]): [name: string, value: string][] {
  const order = Object.keys(NAMES);
  const rank = (name: string) => order.indexOf(name) + 1 || order.length + 1;
  return Object.entries(metadata)
    .filter(([, value]) => value !== "" && !(Array.isArray(value) && value.length === 0))
    .toSorted(([one], [other]) => rank(one) - rank(other))
    .map(([name, value]) => [NAMES[name] ?? spaced(name), Array.isArray(value) ? value.join(", ") : `${value}`]);
}

function spaced(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
