import { realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join, sep } from "node:path";
import { which } from "../../base/processes/which.ts";
import type { JobContext } from "../job/context.ts";
import { PROGRAM_FOLDERS } from "./system-paths.ts";

/** Programs that are links into an installation which may lie anywhere. */
const LINKED_PROGRAMS = ["node", "npm", "yarn", "pnpm", "git", "java", "gradle", "cordova"];

/**
 * What the operator's environment of builds and the tools that preflight chose name by absolute paths: SDKs, JDKs, Nodes,
 * certificates. Never the app's own variables, and nothing that would show what must stay hidden: a home, the work folder.
 */
export function toolPaths(context: JobContext): string[] {
  const sources = [context.host.environment, ...context.found.tools];
  const named = sources.flatMap((variables) =>
    Object.entries(variables).flatMap(([name, value]) => (name === "PATH" ? programPaths(value) : pathsIn(value))),
  );
  return [...new Set(named)].filter((path) => !isTooMuch(context, path));
}

/** The folder of a program that lies outside of the system's, with its installation. */
export function installationOf(context: JobContext, program: string): string[] {
  return programPaths(dirname(program)).filter((path) => !isTooMuch(context, path));
}

/** `/a`, `-Dx=/a:/b`, `file:///a`. */
function pathsIn(value: string): string[] {
  return value
    .split(/[\s:;,="']+/)
    .map((word) => word.replace(/^\/{2,}/, "/"))
    .filter((word) => word.startsWith("/"));
}

function programPaths(path: string): string[] {
  const folders = path.split(delimiter).filter((folder) => folder.startsWith("/"));
  const linked = folders.flatMap((folder) => LINKED_PROGRAMS.flatMap((name) => realFolder(which(name, folder))));
  return [...folders, ...linked].flatMap((folder) => [folder, ...aroundBin(folder)]);
}

function realFolder(program: string | undefined): string[] {
  return program === undefined ? [] : [dirname(realpathSync(program))];
}

/** What `bin` belongs to: `../lib` is needed too. */
function aroundBin(folder: string): string[] {
  const around = dirname(folder);
  return basename(folder) === "bin" && !basename(around).startsWith(".") ? [around] : [];
}

function isTooMuch({ host, paths }: JobContext, path: string): boolean {
  if (PROGRAM_FOLDERS.some((folder) => isWithin(folder, path))) return true; // it is shown anyway
  if (path.split(sep).length < 3 || /^\/(proc|sys|dev|run)(\/|$)|^\/var\/[^/]+$/.test(path)) return true;
  if (isWithin("/etc", path)) return !statSync(path, { throwIfNoEntry: false })?.isFile(); // a CA's certificate, say
  const hidden = [host.userHome, host.mirrorsFolder, host.toolsFolder, dirname(paths.folder), dirname(host.scratch)];
  return hidden.some((folder) => isWithin(path, folder)) || path.startsWith(join(dirname(paths.folder), sep));
}

/** Whether `inner` is `outer` or lies in it. */
export function isWithin(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
