import { posix } from "node:path";
import { DOMParser, type Document, type Element } from "@xmldom/xmldom";
import { listFolder, readCommitFile } from "../checkout/commit-tree.ts";
import { type PlistChange, plistChanges } from "../entitlements/plist-changes.ts";
import type { JobContext } from "../job/context.ts";
import type { AppFacts } from "../job/findings.ts";

/** A plugin that lies in the app's own repository, so that what it wants is known before it is installed. */
export interface LocalPlugin {
  id: string;
  /** Of its plugin.xml in the commit. */
  file: string;
  plistChanges: PlistChange[];
  /** It brings pods for ios. */
  pods: boolean;
}

/** The plugins that cordova will restore out of folders of the commit, by config.xml or by package.json. */
export async function readLocalPlugins(context: JobContext, app: AppFacts): Promise<LocalPlugin[]> {
  const found: LocalPlugin[] = [];
  for (const [id, spec] of specsOf(app)) {
    const folder = folderOf(context.found.subfolder, spec);
    const entries = folder === undefined ? undefined : await listFolder(context, folder);
    if (folder === undefined || !entries?.has("plugin.xml")) continue;
    const file = posix.join(folder, "plugin.xml");
    const root = rootOf(await readCommitFile(context, file));
    if (root) found.push({ id, file, plistChanges: plistChanges(root), pods: bringsPods(root) });
  }
  return found;
}

/** What package.json says of a plugin goes before config.xml, as in cordova 9 and later. */
function specsOf({ packageJson, widget }: AppFacts): Map<string, string> {
  const { dependencies, devDependencies, cordovaPlugins } = packageJson;
  const ids = new Set([...Object.keys(cordovaPlugins), ...(widget?.plugins ?? [])]);
  const spec = (id: string) => dependencies[id] ?? devDependencies[id] ?? widget?.pluginSpecs?.[id] ?? "";
  return new Map([...ids].map((id) => [id, spec(id)]));
}

/** The folder that a spec like `file:../plugins/x` means, in the repository; undefined for versions and addresses. */
function folderOf(subfolder: string, spec: string): string | undefined {
  const path = spec.replace(/^(file|link|portal):(?!\/)/, "");
  if (path === "" || path.startsWith("/") || /^[\w+.-]+:|^[\^~<>=*\d]/.test(path)) return undefined;
  const folder = posix.join(subfolder, path);
  return folder.startsWith("..") ? undefined : folder;
}

/** Undefined when it can't be read: cordova will say so. */
function rootOf(text: string): Element | undefined {
  const parser = new DOMParser({ onError: () => {} });
  let document: Document;
  try {
    document = parser.parseFromString(text, "text/xml");
  } catch {
    return undefined;
  }
  return document.documentElement ?? undefined;
}

function bringsPods(root: Element): boolean {
  const forIos = (element: Element) => {
    const section = element.parentNode as Element | null;
    return section?.nodeName !== "platform" || section.getAttribute("name") === "ios";
  };
  const frameworks = [...root.getElementsByTagName("framework")];
  const pods = [...root.getElementsByTagName("podspec")];
  return [...pods, ...frameworks.filter((each) => each.getAttribute("type") === "podspec")].some(forIos);
}
