/** What one generation of cordova-android asks of a host. */
export interface AndroidNeeds {
  /** The SDK platform that it compiles against when nobody says otherwise. */
  compileSdk: number;
  /** Lowest build-tools; from 10 on also the only major that its scripts look for. */
  buildTools: string;
  lowestJdk: number;
  /** The newest JDK that its Gradle runs on, by Gradle's compatibility table. */
  highestJdk: number;
}

/**
 * By major version: platform and build-tools as cdv-gradle-config-defaults.json (up to 9 project.properties and
 * cordova.gradle) of the released packages say. Up to 9 it asks `javac` for exactly 1.8; from 10 the lowest JDK is what its
 * Android plugin needs.
 */
export const ANDROID_NEEDS: readonly (AndroidNeeds & { from: number })[] = [
  { from: 15, compileSdk: 36, buildTools: "36.0.0", lowestJdk: 17, highestJdk: 24 },
  { from: 14, compileSdk: 35, buildTools: "35.0.0", lowestJdk: 17, highestJdk: 23 },
  { from: 13, compileSdk: 34, buildTools: "34.0.0", lowestJdk: 17, highestJdk: 22 },
  { from: 12, compileSdk: 33, buildTools: "33.0.2", lowestJdk: 11, highestJdk: 19 },
  { from: 11, compileSdk: 32, buildTools: "32.0.0", lowestJdk: 11, highestJdk: 18 },
  { from: 10, compileSdk: 30, buildTools: "30.0.3", lowestJdk: 11, highestJdk: 16 },
  { from: 9, compileSdk: 29, buildTools: "19.1.0", lowestJdk: 8, highestJdk: 8 },
  { from: 8, compileSdk: 28, buildTools: "19.1.0", lowestJdk: 8, highestJdk: 8 },
  { from: 7, compileSdk: 27, buildTools: "19.1.0", lowestJdk: 8, highestJdk: 8 },
];

/** The major of `14.0.1`, `^12.0.0` or `>=13`; undefined for tags and addresses. */
export function platformMajor(spec: string): number | undefined {
  const digits = /^[\^~>=v\s]*(\d+)/.exec(spec)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** What a cordova-android needs; undefined when its version isn't known, or older than any that we know. */
export function androidNeeds(spec: string): AndroidNeeds | undefined {
  const major = platformMajor(spec);
  return major === undefined ? undefined : ANDROID_NEEDS.find((row) => major >= row.from);
}
