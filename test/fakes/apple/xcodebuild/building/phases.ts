import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { err, out } from "../../machine/tool.ts";
import { type Dictionary, textIn, textsIn } from "../../plists/dictionary.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import { pathOfReference, type Target } from "../project/project-file.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { BuildFailure } from "./failure.ts";

/** Resources, copied files and scripts of a target, in the order of its phases. `products` holds what was built before. */
export function runPhases(
  { machine }: BuildRequest,
  target: Target,
  settings: BuildSettings,
  bundle: string,
  products: string,
): void {
  for (const phase of textsIn(target.object, "buildPhases").map((id) => target.project.object(id))) {
    const kind = textIn(phase, "isa");
    if (kind === "PBXResourcesBuildPhase") copyFiles(target, phase, bundle, products);
    if (kind === "PBXCopyFilesBuildPhase") copyFiles(target, phase, destinationOf(phase, bundle), products);
    if (kind === "PBXShellScriptBuildPhase") runScript(machine.env, target, phase, settings, bundle);
  }
}

/** By the number that Xcode stores for a folder of the product. */
function destinationOf(phase: Dictionary, bundle: string): string {
  const folders: Record<string, string> = { "10": "Frameworks", "13": "PlugIns" };
  const folder = folders[`${phase["dstSubfolderSpec"] as string}`] ?? "";
  return join(bundle, folder, textIn(phase, "dstPath") ?? "");
}

function copyFiles(target: Target, phase: Dictionary, into: string, products: string): void {
  for (const id of textsIn(phase, "files")) {
    const reference = textIn(target.project.object(id), "fileRef");
    if (reference === undefined) continue;
    for (const file of filesOf(target, reference, products)) copyResource(target, file, into);
  }
}

function filesOf(target: Target, reference: string, products: string): string[] {
  const object = target.project.object(reference);
  if (textIn(object, "isa") === "PBXVariantGroup") {
    return textsIn(object, "children").map((child) => pathOfReference(target.project, child));
  }
  const built = textIn(object, "sourceTree") === "BUILT_PRODUCTS_DIR";
  return [built ? join(products, textIn(object, "path") ?? "") : pathOfReference(target.project, reference)];
}

/** What Xcode compiles gets the name that it has then. */
const COMPILED: Record<string, string> = { ".storyboard": ".storyboardc", ".xib": ".nib" };

function copyResource(target: Target, file: string, into: string): void {
  if (!existsSync(file)) {
    const where = `(in target '${target.name}' from project '${target.project.name}')`;
    throw new BuildFailure([`error: ${file}: No such file or directory ${where}`], [`CpResource ${file} ${where}`]);
  }
  const extension = extname(file);
  mkdirSync(into, { recursive: true });
  if (extension === ".xcassets") writeFileSync(join(into, "Assets.car"), `BOMStore of ${basename(file)}`);
  else if (COMPILED[extension] && statSync(file).isFile()) {
    const compiled = `${basename(file, extension)}${COMPILED[extension]}`;
    const localized = /\/([\w-]+\.lproj)\/[^/]+$/.exec(file)?.[1] ?? "";
    mkdirSync(join(into, localized), { recursive: true });
    writeFileSync(join(into, localized, compiled), "NIBArchive");
  } else cpSync(file, join(into, basename(file)), { recursive: true, dereference: true });
}

function runScript(
  env: NodeJS.ProcessEnv,
  target: Target,
  phase: Dictionary,
  settings: BuildSettings,
  bundle: string,
): void {
  const script = textIn(phase, "shellScript") ?? "";
  const { folder } = target.project;
  // Cordova 6's own needs rsync and the echo of macOS; what it does is this.
  if (script.includes("copy-www-build-step.sh")) {
    cpSync(join(folder, "www"), join(bundle, "www"), { recursive: true, dereference: true });
    cpSync(join(folder, target.project.name, "config.xml"), join(bundle, "config.xml"));
    return;
  }
  const names = ["SRCROOT", "PROJECT_DIR", "TARGET_NAME", "CONFIGURATION", "PRODUCT_NAME", "PLATFORM_NAME", "SDK_NAME"];
  const variables = Object.fromEntries(names.map((name) => [name, settings.value(name)]));
  const variablesOfXcode = {
    ...env,
    ...variables,
    TARGET_BUILD_DIR: join(bundle, ".."),
    BUILT_PRODUCTS_DIR: join(bundle, ".."),
  };
  const shell = textIn(phase, "shellPath") ?? "/bin/sh";
  const { status, stdout, stderr } = spawnSync(shell, ["-c", script], {
    cwd: folder,
    env: variablesOfXcode,
    encoding: "utf8",
  });
  if (stdout) out(stdout.trimEnd());
  if (stderr) err(stderr.trimEnd());
  if (status === 0) return;
  const command = `PhaseScriptExecution ${textIn(phase, "name") ?? "Run\\ Script"}`;
  throw new BuildFailure(["Command PhaseScriptExecution failed with a nonzero exit code"], [command]);
}
