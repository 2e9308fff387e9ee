import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { removeDerivedData } from "../../protocol/apple-host/derived-data.ts";
import { withXcodebuildLog } from "../artifacts/xcodebuild-log.ts";
import { checkGeneratedEntitlements } from "../entitlements/generated.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { OK, type StepEnd, warning } from "../job/step.ts";
import { type OpenSigning, openSigning } from "../signing/ios/open-signing.ts";
import { planSigning, type SigningPlan } from "../signing/ios/plan-signing.ts";
import { buildWithCordova } from "./cordova-build.ts";
import { exportMethod } from "./export-method.ts";
import { iosBuildArguments, iosConfiguration } from "./ios-arguments.ts";
import { type IosSigningChoice, iosBuildConfig, readAppBuildConfig, unusedProfiles } from "./ios-build-config.ts";

/** Builds an .ipa that is signed by the security profile, or an unsigned app for the simulator. */
export async function compileIos(context: JobContext): Promise<StepEnd> {
  const { buildType } = context.spec;
  if (buildType === "simulator") {
    await build(context, undefined);
    return OK;
  }
  const signing = (await context.materials.signing())?.ios;
  const profile = context.spec.securityProfile?.name ?? "";
  if (!signing) {
    const reason = `The security profile ${profile} holds no p12 for ios.`;
    throw errorOf("SIGNING_MATERIAL_MISSING", { type: buildType, platform: "ios", reason });
  }
  const appId = appIdOf(context);
  const plan = planSigning({ profile, buildType, appId }, signing, Date.now());
  checkGeneratedEntitlements(context, plan.own, { appId, configuration: iosConfiguration(buildType) });
  const open = await openSigning(context, signing, plan);
  try {
    return await buildSigned(context, plan, open);
  } finally {
    await open.close();
  }
}

async function buildSigned(context: JobContext, plan: SigningPlan, open: OpenSigning): Promise<StepEnd> {
  const { platformVersion } = context.found;
  const { buildType } = context.spec;
  const method = exportMethod(buildType, known(context.found, "xcode").version);
  const choice = choiceOf(context, plan, open.keychain, method);
  const app = readAppBuildConfig(known(context.found, "appFolder"), buildType);
  const file = join(context.host.scratch, "build.json");
  writeFileSync(file, JSON.stringify(iosBuildConfig(choice, app, platformVersion), null, 2), { mode: 0o600 });
  const profiles = plan.profiles.map(({ facts }) => facts);
  context.found.appleSigning = { identities: plan.identities, profile: plan.own, profiles, method };
  context.log.line(
    `Signing as ${plan.identity.commonName} with the provisioning profile ${plan.own.name} (${plan.own.uuid}), export method ${method}`,
  );
  await open.assertSearchList();
  await build(context, file);
  const unused = unusedProfiles(choice, platformVersion);
  return unused === undefined ? OK : warning(unused);
}

async function build(context: JobContext, buildConfig: string | undefined): Promise<void> {
  const { version } = known(context.found, "cordova");
  const args = iosBuildArguments(context.spec.buildType, version, buildConfig);
  try {
    await withXcodebuildLog(context, (keep) => buildWithCordova(context, { args, keep }));
  } finally {
    await removeDerivedData(context.host.userHome, context.spec.lease.leaseId);
  }
}

function choiceOf(context: JobContext, plan: SigningPlan, keychain: string, method: string): IosSigningChoice {
  const { identity, identities, own } = plan;
  const profiles = plan.profiles.map(({ facts }) => facts);
  const { buildType } = context.spec;
  return { buildType, method, teamId: own.teamId, appId: appIdOf(context), identity, identities, profiles, keychain };
}

function appIdOf(context: JobContext): string {
  const widget = known(context.found, "app").widget;
  return widget?.iosId ?? widget?.id ?? "";
}
