import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { CommandEnd } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { OK, type StepEnd } from "../job/step.ts";
import { checkKeystore } from "../signing/android/check-keystore.ts";
import { openSigningFiles, removeLeftSigningProperties, type SigningFiles } from "../signing/android/signing-files.ts";
import { androidBuildArguments, checkPackageType } from "./android-arguments.ts";
import { buildWithCordova } from "./cordova-build.ts";

/** Builds an .apk or .aab; a release is signed with the keystore of the security profile. */
export async function compileAndroid(context: JobContext): Promise<StepEnd> {
  checkPackageType(context.spec.packageType, context.found.platformVersion);
  noteBuildJson(context);
  const files = await signingFiles(context);
  try {
    const { spec, found } = context;
    const { version } = known(found, "cordova");
    await buildWithCordova(context, {
      args: androidBuildArguments(spec, version, found.platformVersion, files?.properties),
      failure: (end) => keyFailure(context, end, files),
    });
  } finally {
    files?.close();
    const folder = join(known(context.found, "appFolder"), "platforms", "android");
    const left = removeLeftSigningProperties(folder);
    if (left.length > 0) context.log.line(`Removed ${left.join(", ")}, which cordova left with passwords in it`);
  }
  return OK;
}

async function signingFiles(context: JobContext): Promise<SigningFiles | undefined> {
  // A debug build is never signed with the release key: it would be a debuggable app under the production signature.
  if (context.spec.buildType !== "release") return undefined;
  const signing = (await context.materials.signing())?.android;
  if (!signing) {
    const reason = "The security profile holds no android keystore.";
    throw errorOf("SIGNING_MATERIAL_MISSING", { type: "release", platform: "android", reason });
  }
  context.log.redactor.add([signing.storePassword, signing.keyPassword]);
  const files = openSigningFiles(context, signing);
  try {
    const signer = await checkKeystore(context, signing, files);
    if (signer) context.found.expectedSigner = signer;
    context.log.line(`Signing with the alias ${signing.alias} of the security profile`);
    return files;
  } catch (error) {
    files.close();
    throw error;
  }
}

function keyFailure(context: JobContext, end: CommandEnd, files: SigningFiles | undefined): Error | undefined {
  if (context.spec.buildType !== "release") return undefined;
  if (!end.recent.match(/Cannot recover key|UnrecoverableKeyException/)) return undefined;
  const profile = context.spec.securityProfile?.name ?? "";
  const reason = "Gradle could not open the key with it.";
  return errorOf("KEY_PASSWORD_WRONG", { profile, alias: files?.alias ?? "", reason });
}

/** cordova reads build.json of the app's folder by itself; here what the job says goes before it. */
function noteBuildJson(context: JobContext): void {
  if (!existsSync(join(known(context.found, "appFolder"), "build.json"))) return;
  const signing = context.spec.buildType === "release" ? "; its signing is overridden by the security profile" : "";
  context.log.line(`Note: cordova also reads the app's own build.json${signing}`);
}
