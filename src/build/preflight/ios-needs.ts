import { platformMajor } from "../../protocol/android-needs.ts";

/** What one generation of cordova-ios asks of a host. */
export interface IosNeeds {
  xcode: string;
  cocoapods: string;
}

/** By major version, as lib/check_reqs.js and lib/Podfile.js of the released packages say. */
const NEEDS: readonly (IosNeeds & { from: number })[] = [
  { from: 8, xcode: "15.0.0", cocoapods: "1.16.0" },
  { from: 7, xcode: "11.0.0", cocoapods: "1.8.0" },
  { from: 6, xcode: "9.0.0", cocoapods: "1.8.0" },
  { from: 5, xcode: "9.0.0", cocoapods: "1.0.1" },
];

/** What a cordova-ios needs; undefined when its version isn't known, or older than any that we know. */
export function iosNeeds(spec: string): IosNeeds | undefined {
  const major = platformMajor(spec);
  return major === undefined ? undefined : NEEDS.find((row) => major >= row.from);
}
