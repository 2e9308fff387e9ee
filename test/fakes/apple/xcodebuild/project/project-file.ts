import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseOpenStep } from "plist";
import { Refusal } from "../../machine/tool.ts";
import { type Dictionary, dictionaryIn, isDictionary, textIn, textsIn } from "../../plists/dictionary.ts";

/** A project.pbxproj, opened. */
export interface Project {
  /** Without .xcodeproj. */
  name: string;
  /** The .xcodeproj. */
  path: string;
  /** Where it lies. */
  folder: string;
  object(id: string | undefined): Dictionary;
  root: Dictionary;
  targets: Target[];
}

export interface Target {
  id: string;
  name: string;
  productType: string;
  object: Dictionary;
  project: Project;
}

export const APPLICATION = "com.apple.product-type.application";
export const EXTENSION = "com.apple.product-type.app-extension";

/** Opens NAME.xcodeproj. Refuses with exit codes 66 and 74 where it is missing or damaged. */
export function openProject(path: string): Project {
  const file = join(path, "project.pbxproj");
  if (!existsSync(file)) throw new Refusal(66, `xcodebuild: error: '${basename(path)}' does not exist.`);
  const objects = objectsIn(file, path);
  const all = dictionaryIn(objects, "objects");
  const object = (id: string | undefined): Dictionary => (id === undefined ? {} : dictionaryIn(all, id));
  const root = object(textIn(objects, "rootObject"));
  const project: Project = {
    name: basename(path, ".xcodeproj"),
    path,
    folder: dirname(path),
    object,
    root,
    targets: [],
  };
  project.targets = textsIn(root, "targets").map((id) => {
    const target = object(id);
    const productType = textIn(target, "productType") ?? "";
    return { id, name: textIn(target, "name") ?? "", productType, object: target, project };
  });
  return project;
}

function objectsIn(file: string, path: string): Dictionary {
  try {
    const parsed = parseOpenStep(readFileSync(file, "utf8"));
    if (isDictionary(parsed) && isDictionary(parsed["objects"])) return parsed;
  } catch {
    // Told below, as Xcode does: without saying where the damage is.
  }
  const why = "The project is damaged and cannot be opened due to a parse error.";
  throw new Refusal(74, `xcodebuild: error: Unable to read project '${basename(path)}'.\n\tReason: ${why}`);
}

/** The path of a file reference, through the groups that it is in. */
export function pathOfReference(project: Project, id: string): string {
  const reference = project.object(id);
  const path = textIn(reference, "path") ?? "";
  if (textIn(reference, "sourceTree") === "<group>") return join(folderAround(project, id), path);
  return textIn(reference, "sourceTree") === "<absolute>" ? path : join(project.folder, path);
}

function folderAround(project: Project, child: string): string {
  const parent = parentOf(project, textIn(project.root, "mainGroup"), child);
  return parent === undefined ? project.folder : pathOfReference(project, parent);
}

function parentOf(project: Project, group: string | undefined, child: string): string | undefined {
  if (group === undefined) return undefined;
  const children = textsIn(project.object(group), "children");
  if (children.includes(child)) return group;
  for (const each of children) {
    const found = parentOf(project, each, child);
    if (found !== undefined) return found;
  }
  return undefined;
}
