import { readFileSync } from "node:fs";
import semver from "semver";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import { JOURNAL, PROTOCOL } from "../../protocol/version.ts";
import { freeBytes } from "../host/disk.ts";
import { type Answer, askRelease, documentOf, type SelfCheck, unfit } from "./ask-release.ts";
import type { PackageFile } from "./package-file.ts";
import { LAUNCHER, type PrefixPaths } from "./prefix.ts";

/** Beside the release itself: a build's first files, and what npm lays down meanwhile. */
const SPARE_BYTES = 100 * 2 ** 20;
const UNBUNDLED_BYTES = 300 * 2 ** 20;

interface DoctorAnswer {
  checks: { id: string; title: string; state: string; found: string }[];
}

/** What can be said before anything is unpacked. Throws NODE_TOO_OLD or RELEASE_NO_ROOM. */
export async function checkBeforeUnpacking(found: PackageFile, paths: PrefixPaths): Promise<void> {
  const { node } = process.versions;
  if (found.node !== "" && !semver.satisfies(node, found.node)) {
    throw errorOf("NODE_TOO_OLD", { version: node, needed: found.node });
  }
  const needed = found.unpackedBytes + SPARE_BYTES + (found.bundled ? 0 : UNBUNDLED_BYTES);
  const free = await freeBytes(paths.releases);
  if (free >= needed) return;
  throw errorOf("RELEASE_NO_ROOM", { folder: paths.prefix, free: formatSize(free), needed: formatSize(needed) });
}

/**
 * Asks the unpacked release itself: whether it starts, takes the host's configuration, and fits to the controller, to the
 * launcher and to what the release in use has written. Throws RELEASE_UNFIT or VERSION_REFUSED.
 */
export async function checkRelease(
  release: { name: string; program: string },
  config: string,
  agreedProtocol: number | undefined,
): Promise<SelfCheck> {
  const answer = await askRelease(release.program, ["agent", "check", "--json"], config);
  const said = documentOf<SelfCheck>(answer);
  if (answer.code !== 0 || !said) throw new MillwrightError(unfit(release.name, answer));
  const refuse = (reason: string) => errorOf("RELEASE_UNFIT", { release: release.name, reason });
  if (said.launcher !== LAUNCHER) throw refuse(`It needs the launcher ${said.launcher}; this prefix has ${LAUNCHER}.`);
  if (said.journal.min > JOURNAL.max || said.journal.max < JOURNAL.min) {
    throw refuse(`It reads journals ${said.journal.min} to ${said.journal.max}; running builds have ${JOURNAL.max}.`);
  }
  // The controller speaks up to what was agreed on, unless this release itself was what held it there.
  if (agreedProtocol !== undefined && agreedProtocol < PROTOCOL.max && said.protocol.min > agreedProtocol) {
    const reason = `The release speaks ${said.protocol.min} to ${said.protocol.max}, the controller up to ${agreedProtocol}.`;
    throw errorOf("VERSION_REFUSED", { reason });
  }
  return said;
}

/**
 * Lets the new release look at the host as its agent will. What also fails with the release in use speaks against the host
 * and not against the new one. Throws RELEASE_UNFIT.
 */
export async function checkHost(
  release: { name: string; program: string },
  inUse: string | undefined,
  config: string,
): Promise<void> {
  const answer = await askRelease(release.program, ["doctor", "--json"], config);
  const fresh = failedChecks(answer);
  if (fresh === undefined) throw new MillwrightError(unfit(release.name, answer));
  if (fresh.size === 0 || inUse === undefined) return;
  const known = failedChecks(await askRelease(inUse, ["doctor", "--json"], config));
  const news = [...fresh].filter(([title]) => !known?.has(title)).map(([title, found]) => `${title}: ${found}`);
  if (news.length > 0) throw errorOf("RELEASE_UNFIT", { release: release.name, reason: news.join(" ") });
}

/** Titles of the checks that failed, and what was found; undefined when doctor came to no end. */
function failedChecks(answer: Answer): Map<string, string> | undefined {
  const checks = documentOf<DoctorAnswer>(answer)?.checks;
  return checks && new Map(checks.filter(({ state }) => state === "failed").map(({ title, found }) => [title, found]));
}

/** What the release in use agreed on with the controller; undefined when it never said so. */
export function agreedProtocolOf(paths: PrefixPaths, release: string | undefined): number | undefined {
  if (release === undefined) return undefined;
  try {
    const agreed = Number(readFileSync(paths.session(release), "utf8").trim().split(" ")[2]);
    return agreed > 0 ? agreed : undefined;
  } catch {
    return undefined; // it was never connected under the launcher
  }
}
