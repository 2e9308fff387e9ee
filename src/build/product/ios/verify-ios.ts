import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { errorOf, type MillwrightError } from "../../../base/errors/millwright-error.ts";
import type { JobContext } from "../../job/context.ts";
import { known, type ProductFile } from "../../job/findings.ts";
import type { Verified } from "../verified.ts";
import { type AppInfo, readAppInfo } from "./app-info.ts";
import { iosMismatch, nestedMismatch, otherVersions } from "./expectations.ts";
import { findApp } from "./find-app.ts";
import { readIpa } from "./ipa.ts";
import { verifySigning } from "./verify-signing.ts";

/** Finds and checks the .ipa or the app for the simulator. Throws PRODUCT_MISSING, PRODUCT_WRONG, IPA_SIGNED_OTHERWISE. */
export async function verifyIos(context: JobContext): Promise<Verified> {
  const folder = join(known(context.found, "appFolder"), "platforms", "ios");
  const startedAtMs = known(context.found, "compileStartedAtMs");
  if (context.spec.buildType === "simulator") return verifyApp(context, findApp(folder, "app", startedAtMs));
  const file = findApp(folder, "ipa", startedAtMs);
  const content = await readIpa(file);
  if (typeof content === "string") throw wrong(file, content);
  const { info, nested, architectures } = content;
  checkInfo(context, file, info);
  for (const each of nested) {
    const reason = nestedMismatch(each, info);
    if (reason) throw wrong(file, reason);
  }
  const { metadata, unchecked } = await verifySigning(context, file, content);
  const product = { file, kind: "ipa" as const, metadata: { ...describe(context, info), architectures, ...metadata } };
  return { product, unchecked: [...unchecked, ...otherVersions(nested, info)] };
}

function verifyApp(context: JobContext, file: string): Verified {
  const info = readAppInfo(readFileSync(join(file, "Info.plist")));
  if (!info) throw wrong(file, "Its Info.plist is no property list with a CFBundleIdentifier.");
  checkInfo(context, file, info);
  return { product: { file, kind: "app", metadata: describe(context, info) }, unchecked: [] };
}

function checkInfo(context: JobContext, file: string, info: AppInfo): void {
  const widget = known(context.found, "app").widget;
  const reason = widget && iosMismatch(info, widget, context.spec.buildType);
  if (reason) throw wrong(file, reason);
}

function describe(context: JobContext, info: AppInfo): ProductFile["metadata"] {
  const { identifier, versionName, versionCode, displayName, minimumOs } = info;
  const { xcode } = context.found;
  return {
    identifier,
    versionName,
    versionCode,
    ...(displayName === "" ? {} : { displayName }),
    ...(minimumOs === "" ? {} : { minimumOs }),
    ...(xcode ? { xcodeVersion: xcode.version, xcodeBuild: xcode.build } : {}),
  };
}

function wrong(file: string, reason: string): MillwrightError {
  return errorOf("PRODUCT_WRONG", { file: basename(file), reason });
}
