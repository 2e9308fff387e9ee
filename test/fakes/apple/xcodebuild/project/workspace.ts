import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { absolute, type Machine } from "../../machine/machine.ts";
import { Refusal } from "../../machine/tool.ts";
import type { CommandLine } from "../command-line.ts";
import { openProject, type Project, type Target } from "./project-file.ts";

/** A workspace or a single project. */
export interface Container {
  kind: "workspace" | "project";
  name: string;
  path: string;
  projects: Project[];
}

/** What -workspace or -project names, or what lies in the folder alone. */
export function openContainer(machine: Machine, line: CommandLine): Container {
  const workspace = line.option("workspace");
  const project = line.option("project");
  if (workspace !== undefined) return openWorkspace(absolute(machine, workspace), workspace);
  if (project !== undefined) return containerOf(openProject(absolute(machine, project)));
  const found = readdirSync(machine.cwd).filter((name) => name.endsWith(".xcodeproj"));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const what = found.length > 1 ? "contains multiple projects" : "does not contain an Xcode project";
    throw new Refusal(66, `xcodebuild: error: The directory ${machine.cwd} ${what}.`);
  }
  return containerOf(openProject(join(machine.cwd, only)));
}

function containerOf(project: Project): Container {
  return { kind: "project", name: project.name, path: project.path, projects: [project] };
}

function openWorkspace(path: string, given: string): Container {
  const file = join(path, "contents.xcworkspacedata");
  if (!existsSync(file)) throw new Refusal(66, `xcodebuild: error: '${given}' does not exist.`);
  const locations = [...readFileSync(file, "utf8").matchAll(/location\s*=\s*"(?:group|container):([^"]+)"/g)];
  const projects = locations.flatMap(([, location = ""]) =>
    location.endsWith(".xcodeproj") ? [openProject(join(dirname(path), decoded(location)))] : [],
  );
  return { kind: "workspace", name: basename(path, ".xcworkspace"), path, projects };
}

/** The targets that a scheme builds for archiving. Schemes that nobody stored are named as their target. */
export function targetsOfScheme(container: Container, scheme: string): Target[] {
  const targets = container.projects.flatMap((project) => project.targets);
  const file = schemeFiles(container).find((each) => basename(each, ".xcscheme") === scheme);
  const named = file ? blueprintsIn(readFileSync(file, "utf8")) : [];
  const found = targets.filter(({ id, name }) => (file ? named.includes(id) : name === scheme));
  if (found.length > 0) return found;
  const hint = 'The "-list" option can be used to find the names of the schemes in the';
  const lacks = `The ${container.kind} named "${container.name}" does not contain a scheme named "${scheme}".`;
  throw new Refusal(65, `xcodebuild: error: ${lacks} ${hint} ${container.kind}.`);
}

/** Names of the shared schemes; where there are none, Xcode makes one a target. */
export function schemesOf(container: Container): string[] {
  const stored = schemeFiles(container).map((file) => basename(file, ".xcscheme"));
  const targets = container.projects.flatMap((project) => project.targets.map(({ name }) => name));
  return stored.length > 0 ? stored : targets;
}

function schemeFiles({ path, projects }: Container): string[] {
  const folders = [path, ...projects.map((project) => project.path)].map((each) =>
    join(each, "xcshareddata/xcschemes"),
  );
  return folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder).flatMap((name) => (name.endsWith(".xcscheme") ? [join(folder, name)] : []))
      : [],
  );
}

function blueprintsIn(scheme: string): string[] {
  const entries = /<BuildActionEntries>[\s\S]*?<\/BuildActionEntries>/.exec(scheme)?.[0] ?? "";
  return [...entries.matchAll(/BlueprintIdentifier\s*=\s*"([^"]+)"/g)].map(([, id = ""]) => id);
}

function decoded(text: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
