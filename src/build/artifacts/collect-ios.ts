import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactKind, CollectedArtifact } from "../../protocol/job-folder/result.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { findArchive } from "../product/ios/find-app.ts";
import { hashFile } from "./hash-file.ts";
import { artifactName } from "./names.ts";
import { zipBundle } from "./zip-bundle.ts";

/** In the build's environment: also keep the whole .xcarchive, from which one may export again. */
const WISH = "MILLWRIGHT_XCARCHIVE";

/** What an ios build leaves besides its product: the symbols for its crash reports and, where asked for, the archive. */
export async function collectBesides(context: JobContext): Promise<CollectedArtifact[]> {
  const folder = join(known(context.found, "appFolder"), "platforms", "ios");
  const archive = findArchive(folder, known(context.found, "compileStartedAtMs"));
  if (!archive) return [];
  const artifacts: CollectedArtifact[] = [];
  const symbols = join(archive, "dSYMs");
  if (existsSync(symbols) && readdirSync(symbols).length > 0)
    artifacts.push(await collectBundle(context, symbols, "dsym"));
  if (isWished(context)) artifacts.push(await collectBundle(context, archive, "xcarchive"));
  return artifacts;
}

/** Zips a bundle into the artifacts of the job. */
export async function collectBundle(
  context: JobContext,
  bundle: string,
  kind: ArtifactKind,
  metadata: CollectedArtifact["metadata"] = {},
): Promise<CollectedArtifact> {
  const name = artifactName(context.spec, kind, known(context.found, "app").widget?.version);
  const target = join(context.paths.artifacts, name);
  await zipBundle(bundle, target);
  return { name, kind, ...(await hashFile(target)), metadata };
}

function isWished(context: JobContext): boolean {
  const value = context.spec.environment?.variables[WISH] ?? "";
  return !["", "0", "false", "no"].includes(value.toLowerCase());
}
