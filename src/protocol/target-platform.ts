import semver from "semver";

/** Which Xcode a target platform asks for. */
export interface XcodeWish {
  /** As it was written, without what stands around it: `26.0`, `>=16 <17`. */
  wanted: string;
  /** As semver understands it: `16` takes every 16.x, `16.2` also 16.2.1. */
  range: string;
  /** Where one version is named: it goes before the newer ones of its range. */
  exact?: string;
  /** Only betas will do. */
  beta: boolean;
}

/** An Xcode as far as choosing goes. */
export interface XcodeVersion {
  /** As Xcode writes it, with two or three numbers: `16.2`. */
  version: string;
  beta: boolean;
}

/** What a host has for those who ask for a target platform. */
export interface TargetOffer {
  /** Names of the agent's configuration: they match to the letter. */
  names: readonly string[];
  /** The Xcodes that builds can use. */
  xcodes: readonly XcodeVersion[];
}

/** Appflow's names of its Macs: the date in them names an image of theirs, so that only the Xcode counts. */
const STACK = /^macOS\b[^()]*\(\s*Xcode\s+([^()]+)\)\s*$/i;
const XCODE = /^Xcode[\s@_-]*(.+)$/i;
const RANGE = /^(?:(?:>=|<=|[><=^~])?\s*\d+(?:\.(?:\d+|x|\*)){0,2}(?:\s*\|\|\s*|\s*,\s*|\s+-\s+|\s+|$))+$/i;

/**
 * The Xcode that a target platform asks for: `macOS - 2026.10 (Xcode 26.0)`, `Xcode 16.2`, `xcode 16`, `Xcode >=16 <17`,
 * `16.x`, each also with `beta` at its end. Undefined for any other name.
 */
export function xcodeWishOf(targetPlatform: string): XcodeWish | undefined {
  const text = targetPlatform.trim();
  const wanted = (STACK.exec(text)?.[1] ?? XCODE.exec(text)?.[1] ?? text).trim();
  const beta = /\s*\bbeta$/i.exec(wanted);
  const version = beta ? wanted.slice(0, beta.index) : wanted;
  if (!RANGE.test(version)) return undefined;
  const range = semver.validRange(version.replaceAll(",", " "));
  if (range === null) return undefined;
  const exact = /^\d+\.\d+(\.\d+)?$/.test(version) ? { exact: comparable(version) } : {};
  return { wanted, range, ...exact, beta: beta !== null };
}

/** The Xcodes that fulfil a wish (all of them without one), best first: the very version, then newest first, betas last. */
export function fittingXcodes<X extends XcodeVersion>(wish: XcodeWish | undefined, xcodes: readonly X[]): X[] {
  const fits = (xcode: X) =>
    !wish || (semver.satisfies(comparable(xcode.version), wish.range) && (xcode.beta || !wish.beta));
  const rank = (xcode: X) => (xcode.beta ? 2 : 0) + (comparable(xcode.version) === wish?.exact ? 0 : 1);
  return xcodes
    .filter(fits)
    .sort((a, b) => rank(a) - rank(b) || semver.rcompare(comparable(a.version), comparable(b.version)));
}

/** Whether an Xcode is at least of this version; both with one to three numbers. */
export function isAtLeast(version: string, lowest: string): boolean {
  return semver.gte(comparable(version), comparable(lowest));
}

/** The name under which an Xcode is offered: requests may also write it in the other ways. */
export function targetPlatformOf({ version, beta }: XcodeVersion): string {
  return `Xcode ${version}${beta ? " beta" : ""}`;
}

function comparable(version: string): string {
  return semver.coerce(version)?.version ?? "0.0.0";
}
