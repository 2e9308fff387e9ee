import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { textIn } from "../../plists/dictionary.ts";
import { writeBinaryPlist } from "../../plists/plist-file.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import type { Target } from "../project/project-file.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { compileSources } from "./compile-sources.ts";
import { BuildFailure } from "./failure.ts";
import { infoPlist } from "./info-plist.ts";
import { runPhases } from "./phases.ts";

/** Makes N.app or N.appex of a target in `folder`, unsigned, from the files that its build phases name. Answers its path. */
export function makeProduct(request: BuildRequest, target: Target, settings: BuildSettings, folder: string): string {
  const bundle = join(folder, settings.value("FULL_PRODUCT_NAME"));
  rmSync(bundle, { recursive: true, force: true });
  mkdirSync(bundle, { recursive: true });
  const info = infoPlist(request, target, settings);
  writeBinaryPlist(join(bundle, "Info.plist"), info);
  if (textIn(info, "CFBundlePackageType") === "APPL") writeFileSync(join(bundle, "PkgInfo"), "APPL????");
  compileSources(target);
  runPhases(request, target, settings, bundle, folder);
  const executable = textIn(info, "CFBundleExecutable");
  if (!executable) throw new BuildFailure([`error: ${target.name}: the Info.plist has no CFBundleExecutable`]);
  writeFileSync(join(bundle, executable), machO(settings.value("PRODUCT_BUNDLE_IDENTIFIER")), { mode: 0o755 });
  return bundle;
}

/** The header of a 64-bit Mach-O for arm64, and nothing that runs. */
function machO(seed: string): Buffer {
  const header = Buffer.from("cffaedfe0c00000100000000020000000000000000000000850020000000000000", "hex");
  return Buffer.concat([header, createHash("sha256").update(seed).digest(), Buffer.alloc(4096)]);
}

/** N.app.dSYM beside other debug symbols. */
export function makeSymbols(bundle: string, folder: string, identifier: string): void {
  const symbols = join(folder, `${basename(bundle)}.dSYM/Contents`);
  const name = basename(bundle).replace(/\.appe?x?p?$/, "");
  const executable = join(bundle, name);
  mkdirSync(join(symbols, "Resources/DWARF"), { recursive: true });
  if (existsSync(executable)) cpSync(executable, join(symbols, "Resources/DWARF", name));
  const about = { CFBundleIdentifier: `com.apple.xcode.dsym.${identifier}`, CFBundlePackageType: "dSYM" };
  writeBinaryPlist(join(symbols, "Info.plist"), about);
}
