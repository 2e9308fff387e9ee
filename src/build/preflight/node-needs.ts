import semver from "semver";
import { platformMajor } from "../../protocol/android-needs.ts";
import { choosePlatformVersion } from "../cordova/platform-version.ts";
import type { JobContext } from "../job/context.ts";
import type { AppFacts } from "../job/findings.ts";

/** A package of this build that doesn't run on every Node. */
export interface NodeNeed {
  /** `cordova-ios` */
  package: string;
  /** As asked for: `^8.0.0`. */
  version: string;
  /** As semver reads it. */
  range: string;
}

/** `engines.node` of the first release of each major; the later ones ask for as much, or hardly more. */
const ENGINES: Readonly<Record<string, readonly { from: number; range: string }[]>> = {
  cordova: [
    { from: 13, range: ">=20.17.0 || >=22.9.0" },
    { from: 12, range: ">=16.13.0" },
    { from: 11, range: ">=12.0.0" },
    { from: 10, range: ">=10.0.0" },
    { from: 9, range: ">=6.0.0" },
  ],
  "cordova-android": [
    { from: 15, range: ">=20.17.0 || >=22.9.0" },
    { from: 14, range: ">=20.5.0" },
    { from: 12, range: ">=16.13.0" },
    { from: 11, range: ">=14.0.0" },
    { from: 10, range: ">=12.0.0" },
    { from: 9, range: ">=10.0.0" },
  ],
  "cordova-ios": [
    { from: 8, range: "^20.17.0 || >=22.9.0" },
    { from: 7, range: ">=16.13.0" },
    { from: 6, range: ">=10" },
  ],
};

/** What the cordova, and the platform, of this build ask of Node; nothing for builds without them or of unknown versions. */
export function nodeNeeds(context: JobContext, app: AppFacts): NodeNeed[] {
  const { kind, platform } = context.spec;
  if (kind === "deploy" || platform === "web") return [];
  const { dependencies, devDependencies } = app.packageJson;
  const cli = dependencies["cordova"] ?? devDependencies["cordova"] ?? context.host.cordovaVersion;
  const { spec } = choosePlatformVersion(app, context.host.platformVersions, platform);
  return [needOf("cordova", cli), needOf(`cordova-${platform}`, spec)].filter((need) => need !== undefined);
}

/** Whether this Node is older than all that the package runs on. Gaps between its lines are no reason to refuse one. */
export function isTooOld(node: string, { range }: NodeNeed): boolean {
  return semver.ltr(node, range);
}

function needOf(name: string, version: string): NodeNeed | undefined {
  const major = platformMajor(version);
  const engine = major === undefined ? undefined : ENGINES[name]?.find(({ from }) => major >= from);
  return engine && { package: name, version, range: engine.range };
}
