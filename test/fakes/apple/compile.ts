import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type TypeScript from "typescript";
import { locked } from "./machine/lock.ts";
import { writeWhole } from "./machine/settings.ts";

const FAKES = "test/fakes/apple";

/**
 * Brings dist-tools up to date with the fake's sources, as `tsc -p tsconfig.tools.json` would, but without checking types
 * and only what has changed. `repository` is the folder of package.json.
 */
export function compileFakes(repository: string): void {
  const names = readdirSync(join(repository, FAKES), { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => name.endsWith(".ts")).map((name) => join(FAKES, name));
  const stale = () => sources.filter((source) => isStale(repository, source));
  if (stale().length === 0) return;
  mkdirSync(join(repository, "dist-tools"), { recursive: true });
  locked(join(repository, "dist-tools/fakes"), () => {
    // Only now: it is large, and mostly nothing is stale.
    const typescript = createRequire(import.meta.url)("typescript") as typeof TypeScript;
    for (const source of stale()) compile(typescript, repository, source);
  });
}

function isStale(repository: string, source: string): boolean {
  const made = outputOf(repository, source);
  return !existsSync(made) || statSync(made).mtimeMs < statSync(join(repository, source)).mtimeMs;
}

function compile(ts: typeof TypeScript, repository: string, source: string): void {
  const compilerOptions: TypeScript.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  const text = readFileSync(join(repository, source), "utf8");
  const { outputText } = ts.transpileModule(text, { fileName: source, compilerOptions });
  mkdirSync(dirname(outputOf(repository, source)), { recursive: true });
  writeWhole(outputOf(repository, source), outputText);
}

function outputOf(repository: string, source: string): string {
  return join(repository, "dist-tools", source.replace(/\.ts$/, ".js"));
}
