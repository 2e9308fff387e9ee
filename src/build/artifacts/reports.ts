import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { create } from "tar";
import type { StepId } from "../../protocol/steps.ts";
import { npmLogsFolder } from "../install/npm-environment.ts";
import type { JobContext } from "../job/context.ts";
import { staysInside } from "../job/stay-inside.ts";
import { hashFile } from "./hash-file.ts";

const NAME = "build-reports.tgz";
const LARGEST_FILE = 5 * 2 ** 20;

/** After a failed install or compile: packs what explains it and isn't in the log, when there is any, without secrets. */
export async function collectReports(context: JobContext, failedStep: StepId): Promise<void> {
  const sources = sourcesOf(context, failedStep);
  // Where no build can write: it could have put a link there.
  const staging = join(context.paths.folder, "build-reports");
  const copied = sources.flatMap(([name, folder]) => copyRedacted(context, folder, join(staging, name)));
  if (copied.length === 0) return;
  mkdirSync(context.paths.artifacts, { recursive: true, mode: 0o700 });
  const file = join(context.paths.artifacts, NAME);
  await create({ gzip: true, cwd: staging, file, portable: true, mode: 0o600 }, ["."]);
  rmSync(staging, { recursive: true, force: true });
  context.found.artifacts.push({ name: NAME, kind: "reports", ...(await hashFile(file)), metadata: {} });
  context.log.line(`Kept ${copied.length} files that explain it as ${NAME}`);
}

function sourcesOf(context: JobContext, step: StepId): [string, string][] {
  const { appFolder } = context.found;
  const { scratch, worktree } = context.host;
  if (step === "install") return inside(scratch, "npm", npmLogsFolder(context));
  if (step !== "compile" || !appFolder) return [];
  return inside(worktree, "gradle", join(appFolder, "platforms", "android", "app", "build", "reports"));
}

function inside(root: string, name: string, folder: string): [string, string][] {
  return staysInside(root, folder) ? [[name, folder]] : [];
}

/** Copies the regular files of a folder with secrets masked; links could lead anywhere. */
function copyRedacted(context: JobContext, from: string, to: string): string[] {
  let files: string[];
  try {
    files = readdirSync(from, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // there is no such folder: nothing to explain
  }
  return files
    .filter((file) => statSync(file).size <= LARGEST_FILE)
    .map((file) => {
      const target = join(to, relative(from, file));
      const stream = context.log.redactor.stream();
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, Buffer.concat([stream.push(readFileSync(file)), stream.end()]));
      return target;
    });
}
