import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Assignment, assignment } from "./assignments.ts";

/** An included file that isn't there. */
export class MissingInclude extends Error {}

/** The lines of an .xcconfig, with those of the files that it includes where it does so. Throws `MissingInclude`. */
export function readXcconfig(file: string): Assignment[] {
  if (!existsSync(file)) throw new MissingInclude(`Unable to open base configuration reference file '${file}'.`);
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .flatMap((line) => assignmentsOf(line.replace(/\/\/.*$/, "").trim(), file));
}

function assignmentsOf(line: string, file: string): Assignment[] {
  const include = /^#include(\?)?\s+"([^"]+)"/.exec(line);
  if (include) {
    const [, optional, name = ""] = include;
    const path = resolve(dirname(file), name);
    if (existsSync(path)) return readXcconfig(path);
    if (optional) return [];
    throw new MissingInclude(`could not find included file '${name}' in search paths`);
  }
  const parts = /^([A-Za-z_][\w]*(?:\[[^\]]*\])*)\s*=\s*(.*?);?$/.exec(line);
  return parts ? [assignment(parts[1] ?? "", (parts[2] ?? "").trim())] : [];
}
