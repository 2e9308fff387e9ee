import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Podfile } from "./podfile.ts";
import { podsProject } from "./pods-project.ts";

/** Pods/ with its project and xcconfigs, Podfile.lock, and the reference to the project in the workspace. */
export function writePods(folder: string, podfile: Podfile): void {
  const { target } = podfile;
  const support = join(folder, "Pods/Target Support Files", `Pods-${target}`);
  mkdirSync(support, { recursive: true });
  for (const configuration of ["debug", "release"]) {
    writeFileSync(join(support, `Pods-${target}.${configuration}.xcconfig`), xcconfigOf(podfile));
  }
  mkdirSync(join(folder, "Pods/Pods.xcodeproj"), { recursive: true });
  writeFileSync(join(folder, "Pods/Pods.xcodeproj/project.pbxproj"), podsProject(podfile));
  for (const file of ["Podfile.lock", "Pods/Manifest.lock"]) writeFileSync(join(folder, file), lockOf(podfile));
  integrate(folder);
}

function xcconfigOf({ pods }: Podfile): string {
  const linked = pods.map(({ name }) => `-l"${name}"`).join(" ");
  return `GCC_PREPROCESSOR_DEFINITIONS = $(inherited) COCOAPODS=1
OTHER_LDFLAGS = $(inherited) -ObjC ${linked}
PODS_BUILD_DIR = \${BUILD_DIR}
PODS_PODFILE_DIR_PATH = \${SRCROOT}/.
PODS_ROOT = \${SRCROOT}/Pods
`;
}

function lockOf({ pods }: Podfile): string {
  const listed = (line: (pod: { name: string; version: string }) => string) => pods.map(line).join("\n");
  const checksum = createHash("sha1").update(JSON.stringify(pods)).digest("hex");
  return `PODS:
${listed(({ name, version }) => `  - ${name} (${version})`)}

DEPENDENCIES:
${listed(({ name, version }) => `  - ${name} (~> ${version})`)}

PODFILE CHECKSUM: ${checksum}

COCOAPODS: 1.16.2
`;
}

/** Adds Pods.xcodeproj to the workspace, which is made where there is none. */
function integrate(folder: string): void {
  const names = readdirSync(folder);
  const project = names.find((name) => name.endsWith(".xcodeproj")) ?? "App.xcodeproj";
  const workspace = names.find((name) => name.endsWith(".xcworkspace")) ?? project.replace(/proj$/, "workspace");
  const file = join(folder, workspace, "contents.xcworkspacedata");
  const reference = (path: string) => `   <FileRef\n      location = "group:${path}">\n   </FileRef>\n`;
  const empty = `<?xml version="1.0" encoding="UTF-8"?>\n<Workspace\n   version = "1.0">\n${reference(project)}</Workspace>\n`;
  const text = existsSync(file) ? readFileSync(file, "utf8") : empty;
  if (text.includes("Pods/Pods.xcodeproj")) return;
  mkdirSync(join(folder, workspace), { recursive: true });
  writeFileSync(file, text.replace("</Workspace>", `${reference("Pods/Pods.xcodeproj")}</Workspace>`));
}
