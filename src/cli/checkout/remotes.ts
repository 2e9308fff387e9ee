import type { App } from "../../protocol/app-api.ts";
import { askGit } from "./git.ts";

/** The addresses of this checkout's remotes, as git would use them; empty where there is none. */
export async function readRemotes(folder: string): Promise<string[]> {
  const lines = ((await askGit(folder, ["remote", "--verbose"])) ?? "").split("\n");
  const addresses = lines.flatMap((line) => /^[^\t]*\t(.*) \((?:fetch|push)\)/.exec(line)?.[1] ?? []);
  return [...new Set(addresses)];
}

/** The top folder of this checkout: an app can be built from it, too. */
export async function topFolder(folder: string): Promise<string[]> {
  return [await askGit(folder, ["rev-parse", "--show-toplevel"])].filter((path) => path !== undefined);
}

/** Where the folder is inside its checkout: empty at the top, else with a slash at the end. */
export async function folderInCheckout(folder: string): Promise<string> {
  return (await askGit(folder, ["rev-parse", "--show-prefix"])) ?? "";
}

/**
 * What names the same repository in all its addresses: `host/path` without scheme, user, port, `.git` and slashes at the
 * end, so that `git@host:team/app.git` equals `https://host/team/app`. The path of a local repository stays as it is.
 */
export function repositoryKey(address: string): string {
  const trimmed = address.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::\d+)?(\/.*)?$/i.exec(trimmed);
  const short = /^(?:[^/@:]+@)?([^/@:]+):(?!\/\/)(.+)$/.exec(trimmed);
  const host = (withScheme?.[1] ?? short?.[1] ?? "").toLowerCase();
  const path = (withScheme ? (withScheme[2] ?? "") : (short?.[2] ?? trimmed))
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .replace(/\/+$/, "");
  return host === "" ? path : `${host}/${path.replace(/^\/+/, "")}`;
}

/** Whether an app is built from one of these remotes. */
export function isAppOf(app: App, remotes: readonly string[]): boolean {
  const key = repositoryKey(app.gitUrl);
  return remotes.some((remote) => repositoryKey(remote) === key);
}

/**
 * The apps built from these remotes; of several in one repository those whose subfolder holds `folder` (as
 * `folderInCheckout` gives it), the deepest alone.
 */
export function appsOf(apps: readonly App[], remotes: readonly string[], folder: string): App[] {
  const matching = apps.filter((app) => isAppOf(app, remotes));
  if (matching.length < 2) return matching;
  const depth = (app: App) => app.subfolder.replace(/^[./]+|\/+$/g, "").length;
  const around = matching.filter((app) => folder.startsWith(asPrefix(app.subfolder)));
  const deepest = Math.max(...around.map(depth));
  return around.length === 0 ? matching : around.filter((app) => depth(app) === deepest);
}

function asPrefix(subfolder: string): string {
  const clean = subfolder.replace(/^[./]+|\/+$/g, "");
  return clean === "" ? "" : `${clean}/`;
}
