import { errorOf } from "../../base/errors/millwright-error.ts";
import type { App } from "../../protocol/app-api.ts";
import { type Api, segment } from "../client/api.ts";
import { completeCommit, readHead } from "./head.ts";
import { linkedApp } from "./project-file.ts";
import { appsOf, folderInCheckout, isAppOf, readRemotes, topFolder } from "./remotes.ts";

/**
 * The app that is named, else the one that the folder is linked to, else the one whose repository this checkout comes
 * from. Throws NOT_FOUND, APP_NOT_NAMED with the apps that exist.
 */
export async function chooseApp(api: Api, named: string | undefined, folder: string): Promise<App> {
  if (named !== undefined) return api.get<App>(`/apps/${segment(named)}`);
  const { apps } = await api.get<{ apps: App[] }>("/apps");
  const linked = linkedApp(folder);
  const itself = apps.find(({ id }) => id === linked); // an id of Appflow names none here
  if (itself) return itself;
  const remotes = await readRemotes(folder);
  const found = appsOf(apps, [...remotes, ...(await topFolder(folder))], await folderInCheckout(folder));
  if (found[0] && found.length === 1) return found[0];
  const list = (some: readonly App[]) =>
    some.map((app) => `${app.name}  ${app.gitUrl} ${app.subfolder}`.trimEnd()).join("\n");
  if (found.length > 1) {
    const reason = "Several apps are built from this repository: they are listed below.";
    throw errorOf("APP_NOT_NAMED", { reason }, { detail: list(found) });
  }
  const reason = remotes.length
    ? `No app is built from the remotes of this checkout (${remotes.map(withoutPassword).join(", ")}).`
    : "This folder is no git checkout with a remote, by which the app could be known.";
  throw errorOf(
    "APP_NOT_NAMED",
    { reason },
    { detail: apps.length ? `The apps are:\n${list(apps)}` : "There are no apps yet." },
  );
}

/**
 * The commit that is named, else the one that is checked out, after warnings about what the build would not hold. Throws
 * COMMIT_NOT_NAMED.
 */
export async function chooseCommit(
  app: App,
  named: string | undefined,
  folder: string,
  warn: (text: string) => void,
): Promise<string> {
  if (named !== undefined) return completeCommit(folder, named);
  const head = await readHead(folder);
  if (!head) throw errorOf("COMMIT_NOT_NAMED");
  const short = head.sha.slice(0, 10);
  const isItsRepository = isAppOf(app, await topFolder(folder));
  if (!isItsRepository && !isAppOf(app, await readRemotes(folder))) {
    warn(`${app.name} is built from ${app.gitUrl}, which is no remote of this checkout. Is ${short} a commit of it?`);
  }
  if (!isItsRepository && !head.onRemote)
    warn(`Commit ${short} is on no branch of a remote that this clone knows of. Not pushed?`);
  if (head.changedFiles > 0) {
    const files = head.changedFiles === 1 ? "1 changed file is" : `${head.changedFiles} changed files are`;
    warn(`${files} not in commit ${short}: the build won't have the changes.`);
  }
  return head.sha;
}

function withoutPassword(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^/@]*@/i, "$1");
}
