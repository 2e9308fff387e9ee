import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { errorOf, MillwrightError } from "../../../base/errors/millwright-error.ts";
import {
  type ProvisioningFacts,
  readProvisioningProfile,
} from "../../../credentials/apple/read-provisioning-profile.ts";
import type { JobContext } from "../../job/context.ts";
import { type AppleSigner, known, type ProductFile } from "../../job/findings.ts";
import type { Verified } from "../verified.ts";
import { type AppInfo, readAppInfo } from "./app-info.ts";
import { readCodeSignature } from "./code-signature.ts";
import { iosMismatch } from "./expectations.ts";
import { findApp } from "./find-app.ts";
import { type IpaContent, readIpa } from "./ipa.ts";

/** Finds and checks the .ipa or the app for the simulator. Throws PRODUCT_MISSING, PRODUCT_WRONG, IPA_SIGNED_OTHERWISE. */
export async function verifyIos(context: JobContext): Promise<Verified> {
  const folder = join(known(context.found, "appFolder"), "platforms", "ios");
  const startedAtMs = known(context.found, "compileStartedAtMs");
  if (context.spec.buildType === "simulator") return verifyApp(context, findApp(folder, "app", startedAtMs));
  const file = findApp(folder, "ipa", startedAtMs);
  const content = await readIpa(file);
  if (typeof content === "string") throw errorOf("PRODUCT_WRONG", { file: basename(file), reason: content });
  checkInfo(context, file, content.info);
  const signing = known(context.found, "appleSigning");
  const profile = checkProfile(context, file, content, signing);
  const { metadata, unchecked } = await checkSignature(context, file, content.app, signing, profile);
  const { architectures } = content;
  const told = { ...describe(context, content.info), architectures, ...profileFacts(profile, signing), ...metadata };
  return { product: { file, kind: "ipa", metadata: told }, unchecked };
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

function checkProfile(
  context: JobContext,
  file: string,
  { profile: bytes, app }: IpaContent,
  { profile: expected }: AppleSigner,
): ProvisioningFacts {
  if (!bytes) throw otherwise(context, file, `There is no ${app}embedded.mobileprovision in it.`);
  let embedded: ProvisioningFacts;
  try {
    const secret = { fileName: "embedded.mobileprovision", base64: bytes.toString("base64") };
    embedded = readProvisioningProfile(context.spec.securityProfile?.name ?? "", secret);
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    throw otherwise(context, file, `Its provisioning profile can't be read. ${error.failure.why}`);
  }
  if (embedded.uuid === expected.uuid) return embedded;
  const names = (each: ProvisioningFacts) => `${each.name} (${each.uuid})`;
  throw otherwise(context, file, `It holds the provisioning profile ${names(embedded)} instead of ${names(expected)}.`);
}

async function checkSignature(
  context: JobContext,
  file: string,
  app: string,
  { identities }: AppleSigner,
  profile: ProvisioningFacts,
): Promise<{ metadata: ProductFile["metadata"]; unchecked: string[] }> {
  const signature = await readCodeSignature(context, file, app);
  if (signature.state === "unknown") {
    return { metadata: {}, unchecked: [`The signature was not checked: ${signature.reason}.`] };
  }
  if (signature.state === "broken") throw otherwise(context, file, signature.reason);
  const { signer, teamId } = signature;
  const name = `${signer.commonName} (SHA-1 ${signer.sha1})`;
  if (!profile.certificateSha1s.includes(signer.sha1) || !identities.some(({ sha1 }) => sha1 === signer.sha1)) {
    const expected = identities.map((each) => `${each.commonName} (SHA-1 ${each.sha1})`).join(", ");
    throw otherwise(context, file, `It is signed by ${name}, and the security profile has ${expected}.`);
  }
  if (teamId !== "" && teamId !== profile.teamId) {
    throw otherwise(
      context,
      file,
      `It is signed for the team ${teamId}, and the provisioning profile is of ${profile.teamId}.`,
    );
  }
  const metadata = { signer: signer.commonName, signerSha1: signer.sha1, signerSha256: signer.sha256 };
  return { metadata, unchecked: [] };
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

function profileFacts(profile: ProvisioningFacts, { method }: AppleSigner): ProductFile["metadata"] {
  return {
    exportMethod: method,
    teamId: profile.teamId,
    profileName: profile.name,
    profileUuid: profile.uuid,
    profileType: profile.type,
    profileExpires: new Date(profile.expiresMs).toISOString(),
    devices: profile.devices,
  };
}

function wrong(file: string, reason: string): MillwrightError {
  return errorOf("PRODUCT_WRONG", { file: basename(file), reason });
}

function otherwise(context: JobContext, file: string, reason: string): MillwrightError {
  const profile = context.spec.securityProfile?.name ?? "";
  return errorOf("IPA_SIGNED_OTHERWISE", { file: basename(file), profile, reason });
}
