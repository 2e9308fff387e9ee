import { copyFileSync, lstatSync, mkdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import type { CollectedArtifact } from "../../protocol/job-folder/result.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { mustStayInside, staysInside } from "../job/stay-inside.ts";
import { OK, type Step } from "../job/step.ts";
import { findMapping } from "../product/find-product.ts";
import { collectBesides, collectBundle } from "./collect-ios.ts";
import { hashFile } from "./hash-file.ts";
import { artifactName } from "./names.ts";
import { zipFolder } from "./www-zip.ts";

/** Puts the product of the build into the job folder, with its hash and what it says about itself. */
export const collectStep: Step = {
  id: "collect",
  async run(context) {
    mkdirSync(context.paths.artifacts, { recursive: true, mode: 0o700 });
    const artifacts = context.spec.kind === "deploy" ? [await collectWww(context)] : await collectPackage(context);
    context.found.artifacts.unshift(...artifacts); // the product first, whatever is there of earlier steps
    for (const each of artifacts) {
      context.log.line(`${each.name}  ${formatSize(each.size)}  SHA-256 ${each.sha256}`);
    }
    return OK;
  },
};

async function collectPackage(context: JobContext): Promise<CollectedArtifact[]> {
  const product = await collectProduct(context);
  if (context.spec.platform === "ios") return [product, ...(await collectBesides(context))];
  const mapping = await collectMapping(context);
  return mapping ? [product, mapping] : [product];
}

/** What R8 or ProGuard renamed: without it nobody can read the crash reports of this very build. */
async function collectMapping(context: JobContext): Promise<CollectedArtifact | undefined> {
  const platform = join(known(context.found, "appFolder"), "platforms", context.spec.platform);
  const file = findMapping(platform, known(context.found, "compileStartedAtMs"));
  if (!file || !staysInside(context.host.worktree, file)) return undefined;
  const name = artifactName(context.spec, "mapping", known(context.found, "app").widget?.version);
  const target = join(context.paths.artifacts, name);
  moveFile(file, target);
  return { name, kind: "mapping", ...(await hashFile(target)), metadata: {} };
}

async function collectProduct(context: JobContext): Promise<CollectedArtifact> {
  const { file, kind, metadata } = known(context.found, "product");
  if (kind === "app") return collectBundle(context, file, kind, metadata);
  mustStayInside(context.host.worktree, file);
  if (!lstatSync(file).isFile()) {
    const reason = "It is a link or a special file, not a regular file.";
    throw errorOf("PRODUCT_WRONG", { file: basename(file), reason });
  }
  const name = artifactName(context.spec, kind, known(context.found, "app").widget?.version);
  const target = join(context.paths.artifacts, name);
  const before = await hashFile(file);
  moveFile(file, target);
  const after = await hashFile(target);
  if (before.sha256 !== after.sha256) throw errorOf("PRODUCT_CHANGED", { file: basename(file) });
  return { name, kind, ...after, metadata };
}

async function collectWww(context: JobContext): Promise<CollectedArtifact> {
  const name = artifactName(context.spec, "www", undefined);
  const target = join(context.paths.artifacts, name);
  const folder = join(known(context.found, "appFolder"), "www");
  mustStayInside(context.host.worktree, folder);
  const leftOut = await zipFolder(folder, target);
  if (leftOut.length > 0)
    context.log.line(`Left out, because they are no regular files: ${leftOut.map(named).join(", ")}`);
  return { name, kind: "www", ...(await hashFile(target)), metadata: {} };
}

function named(path: string): string {
  return path.includes("\\") ? `${path} (a backslash in its name)` : path;
}

/** By rename where both are on one file system. */
function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(from, to);
  }
}
