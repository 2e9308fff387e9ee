import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";

/**
 * The folders that are checked out beside the files of the root, where appflow.config.json says which the app needs.
 * Undefined where all is.
 */
function foldersOf(context: JobContext): string[] | undefined {
  const { parts } = known(context.found, "app");
  const { subfolder } = context.found;
  if (!parts || subfolder === "" || parts.includes("")) return undefined;
  return [...new Set([subfolder, ...parts])];
}

/**
 * As git takes them for a sparse checkout: those folders, all files of the root (lock files and shared configuration lie
 * there), and every package.json, without which npm takes a workspace for missing.
 */
export function sparsePatterns(context: JobContext): string[] | undefined {
  const folders = foldersOf(context);
  if (!folders) return undefined;
  context.log.line(`Checking out ${folders.join(", ")}, the files of the root and each package.json`);
  return ["/*", "!/*/", ...folders.map((folder) => `/${folder.replace(/[\\*?[\]!#]/g, "\\$&")}/`), "package.json"];
}

/** Whether a file of the commit will be in the checkout. */
export function isCheckedOut(context: JobContext): (path: string) => boolean {
  const folders = foldersOf(context);
  if (!folders) return () => true;
  return (path) => !path.includes("/") || folders.some((folder) => path.startsWith(`${folder}/`));
}
