import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { err } from "../../machine/tool.ts";
import { type Dictionary, textIn } from "../../plists/dictionary.ts";
import { readDictionary } from "../../plists/plist-file.ts";
import { BuildFailure } from "./failure.ts";

const VERSIONS = ["CFBundleShortVersionString", "CFBundleVersion"];

/** The app extensions in an app: refuses ids that don't begin with the app's, and warns of other versions. */
export function validateEmbedded(app: string, where: string): void {
  const plugIns = join(app, "PlugIns");
  if (!existsSync(plugIns)) return;
  const parent = readDictionary(join(app, "Info.plist"));
  for (const name of readdirSync(plugIns).filter((each) => each.endsWith(".appex"))) {
    const bundle = join(plugIns, name);
    validate(bundle, readDictionary(join(bundle, "Info.plist")), parent, where);
  }
}

function validate(bundle: string, embedded: Dictionary, parent: Dictionary, where: string): void {
  const id = textIn(embedded, "CFBundleIdentifier") ?? "";
  const parentId = textIn(parent, "CFBundleIdentifier") ?? "";
  if (!id.startsWith(`${parentId}.`)) {
    const what = "error: Embedded binary's bundle identifier is not prefixed with the parent app's bundle identifier.";
    const ids = `\t\tEmbedded Binary Bundle Identifier:\t${id}\n\t\tParent App Bundle Identifier:\t\t${parentId}`;
    throw new BuildFailure([`${what}\n\n${ids}\n ${where}`], [`ValidateEmbeddedBinary ${bundle} ${where}`]);
  }
  for (const key of VERSIONS) {
    const [own = "", wanted = ""] = [textIn(embedded, key), textIn(parent, key)];
    if (own === wanted) continue;
    const must = `must match that of its containing parent app ('${wanted}').`;
    err(`warning: The ${key} of an app extension ('${own}') ${must} ${where}`);
  }
}
