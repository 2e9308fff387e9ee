import { existsSync, readFileSync } from "node:fs";
import { out } from "../../machine/tool.ts";
import { textIn, textsIn } from "../../plists/dictionary.ts";
import { pathOfReference, type Target } from "../project/project-file.ts";
import { BuildFailure } from "./failure.ts";

/** "Compiles" the target's sources: a missing one, or a line `#error …` in one, is a failure. */
export function compileSources(target: Target): void {
  const { project } = target;
  for (const phase of textsIn(target.object, "buildPhases").map((id) => project.object(id))) {
    if (textIn(phase, "isa") !== "PBXSourcesBuildPhase") continue;
    for (const id of textsIn(phase, "files")) {
      const reference = textIn(project.object(id), "fileRef");
      if (reference !== undefined) compile(target, pathOfReference(project, reference));
    }
  }
}

function compile(target: Target, file: string): void {
  const command = `${file.endsWith(".swift") ? "SwiftCompile" : "CompileC"} normal arm64 ${file}`;
  const where = `(in target '${target.name}' from project '${target.project.name}')`;
  out(`${command} ${where}`);
  if (!existsSync(file)) {
    const text = `error: Build input file cannot be found: '${file}'. Did you forget to declare this file as an output of a script phase or custom build rule which produces it? ${where}`;
    throw new BuildFailure([text], [command]);
  }
  const lines = readFileSync(file, "utf8").split("\n");
  const at = lines.findIndex((line) => /^\s*#error\b/.test(line));
  if (at < 0) return;
  const text = /#error\s*\(?"?(.*?)"?\)?\s*$/.exec(lines[at] ?? "")?.[1] ?? "";
  throw new BuildFailure([`${file}:${at + 1}:2: error: ${text}`], [`${command} ${where}`]);
}
