import { errorOf, MillwrightError } from "../../../base/errors/millwright-error.ts";
import { checkProvisioning } from "../../../credentials/apple/check-provisioning.ts";
import { readP12 } from "../../../credentials/apple/read-p12.ts";
import {
  type ProvisioningFacts,
  readProvisioningProfile,
} from "../../../credentials/apple/read-provisioning-profile.ts";
import type { AppleIdentity } from "../../../credentials/apple/signing-certificate.ts";
import type { AppleSigning, SecretFile } from "../../../protocol/material.ts";
import { bundleIdFailure, ownProvisioningProfile, typeFailure } from "../../../protocol/provisioning-rules.ts";

/** What signs this build. */
export interface SigningPlan {
  /** Signs the app. */
  identity: AppleIdentity;
  /** All that some provisioning profile allows: those of extensions may allow others than the app's. */
  identities: AppleIdentity[];
  /** The app's own. */
  own: ProvisioningFacts;
  /** The app's own first. */
  profiles: PlannedProfile[];
}

export interface PlannedProfile {
  facts: ProvisioningFacts;
  bytes: Buffer;
}

/** What is built. */
export interface SignedBuild {
  /** Name of the security profile. */
  profile: string;
  buildType: string;
  /** Bundle id. */
  appId: string;
}

/**
 * Pairs certificates and provisioning profiles by the SHA-1 of the certificates, all against all. What preflight could see
 * of the profile is checked again on the files themselves. Throws errors of the signing catalogue.
 */
export function planSigning(build: SignedBuild, signing: AppleSigning, nowMs: number): SigningPlan {
  const { fileName, password, p12Base64 } = signing;
  const { identities } = readP12(build.profile, { fileName, password, bytes: Buffer.from(p12Base64, "base64") });
  const profiles = signing.provisioningProfiles.map((file) => plannedProfile(build.profile, file));
  const facts = profiles.map((each) => each.facts);
  checkProvisioning(build.profile, identities, facts, nowMs);
  checkFit(build, facts);
  const own = ownProvisioningProfile(facts, build.appId);
  const allowed = identities.filter(({ sha1 }) => facts.some((each) => each.certificateSha1s.includes(sha1)));
  // An export signs the app and its extensions with one certificate.
  const extensions = facts.filter(({ bundleId }) => bundleId.startsWith(`${build.appId}.`));
  const uses = ({ sha1 }: AppleIdentity) => extensions.filter((each) => each.certificateSha1s.includes(sha1)).length;
  const [identity] = allowed
    .filter(({ sha1 }) => own?.certificateSha1s.includes(sha1))
    .sort((a, b) => uses(b) - uses(a) || b.notAfterMs - a.notAfterMs);
  if (!own || !identity) throw new Error("the provisioning profiles were checked, and none fits");
  const ownFirst = profiles.toSorted((a, b) => Number(b.facts === own) - Number(a.facts === own));
  return { identity, identities: allowed, own, profiles: ownFirst };
}

function checkFit({ profile, buildType, appId }: SignedBuild, facts: readonly ProvisioningFacts[]): void {
  const app = { bundleId: appId, source: "config.xml" };
  const failure = typeFailure(profile, facts, buildType) ?? bundleIdFailure(profile, facts, app);
  if (failure) throw new MillwrightError(failure);
}

function plannedProfile(profile: string, file: SecretFile): PlannedProfile {
  const facts = readProvisioningProfile(profile, file);
  // It becomes the name of a file.
  if (/^[A-Za-z0-9-]+$/.test(facts.uuid)) return { facts, bytes: Buffer.from(file.base64, "base64") };
  const reason = "Its UUID holds other characters than a UUID has.";
  throw errorOf("PROVISIONING_PROFILE_UNREADABLE", { profile, file: file.fileName, reason });
}
