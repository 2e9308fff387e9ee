import { basename } from "node:path";
import { errorOf, MillwrightError } from "../../../base/errors/millwright-error.ts";
import {
  type ProvisioningFacts,
  readProvisioningProfile,
} from "../../../credentials/apple/read-provisioning-profile.ts";
import { coversBundleId } from "../../../protocol/provisioning-rules.ts";
import type { JobContext } from "../../job/context.ts";
import { type AppleSigner, known, type ProductFile } from "../../job/findings.ts";
import { readCodeSignatures, type Signer } from "./code-signature.ts";
import type { IpaContent } from "./ipa.ts";

/** The app, or what is inside it, with what it was signed with. */
interface Bundle {
  path: string;
  identifier: string;
  profile: ProvisioningFacts;
}

/**
 * Makes sure that the app of an .ipa and all that is inside it hold provisioning profiles of the security profile and are
 * signed by its certificates. Throws IPA_SIGNED_OTHERWISE.
 */
export async function verifySigning(
  context: JobContext,
  file: string,
  content: IpaContent,
): Promise<{ metadata: ProductFile["metadata"]; unchecked: string[] }> {
  const signing = known(context.found, "appleSigning");
  const otherwise = (reason: string): MillwrightError => {
    const profile = context.spec.securityProfile?.name ?? "";
    return errorOf("IPA_SIGNED_OTHERWISE", { file: basename(file), profile, reason });
  };
  const bundles = bundlesOf(context, content, signing, otherwise);
  const facts = factsOf(bundles, signing);
  const paths = bundles.map(({ path }) => path);
  const signatures = await readCodeSignatures(context, file, content.app, paths);
  if (signatures.state === "unknown") {
    return { metadata: facts, unchecked: [`The signature was not checked: ${signatures.reason}.`] };
  }
  if (signatures.state === "broken") throw otherwise(signatures.reason);
  for (const [index, bundle] of bundles.entries()) {
    const reason = whyWrong(bundle, signatures.signers[index], signing);
    if (reason) throw otherwise(reason);
  }
  const { commonName, sha1, sha256 } = signatures.signers[0]?.certificate ?? {};
  const signer = { signer: commonName ?? "", signerSha1: sha1 ?? "", signerSha256: sha256 ?? "" };
  return { metadata: { ...facts, ...signer }, unchecked: [] };
}

type Otherwise = (reason: string) => MillwrightError;

/** The app first. */
function bundlesOf(context: JobContext, content: IpaContent, signing: AppleSigner, otherwise: Otherwise): Bundle[] {
  const { app, info, nested } = content;
  const read = (path: string, bytes: Buffer | undefined) => embeddedProfile(context, path, bytes, otherwise);
  const profile = read(app, content.profile);
  const { profile: expected } = signing;
  if (profile.uuid !== expected.uuid) {
    throw otherwise(`It holds the provisioning profile ${named(profile)} instead of ${named(expected)}.`);
  }
  const inside = nested.map((each): Bundle => {
    const identifier = each.info?.identifier ?? "";
    const bundle = { path: each.path, identifier, profile: read(each.path, each.profile) };
    const reason = whyUnfit(bundle, signing);
    if (reason) throw otherwise(reason);
    return bundle;
  });
  return [{ path: app, identifier: info.identifier, profile }, ...inside];
}

function embeddedProfile(
  context: JobContext,
  path: string,
  bytes: Buffer | undefined,
  otherwise: Otherwise,
): ProvisioningFacts {
  if (!bytes) throw otherwise(`There is no ${path}embedded.mobileprovision in it.`);
  try {
    const secret = { fileName: "embedded.mobileprovision", base64: bytes.toString("base64") };
    return readProvisioningProfile(context.spec.securityProfile?.name ?? "", secret);
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    throw otherwise(`The provisioning profile in ${path} can't be read. ${error.failure.why}`);
  }
}

/** Why the provisioning profile of something inside the app is not one of those that were given for it. */
function whyUnfit({ path, identifier, profile }: Bundle, { profiles }: AppleSigner): string | undefined {
  if (!profiles.some(({ uuid }) => uuid === profile.uuid)) {
    const given = profiles.map(named).join(", ");
    return `${path} holds the provisioning profile ${named(profile)}, and the security profile has ${given}.`;
  }
  if (coversBundleId(profile.bundleId, identifier)) return undefined;
  return `${path} has the bundle id ${identifier}, and holds the provisioning profile ${named(profile)} for ${profile.bundleId}.`;
}

function whyWrong({ path, profile }: Bundle, signer: Signer | undefined, { identities }: AppleSigner) {
  if (!signer) return `codesign tells nothing of ${path}.`;
  const { certificate, teamId } = signer;
  const name = `${certificate.commonName} (SHA-1 ${certificate.sha1})`;
  if (!identities.some(({ sha1 }) => sha1 === certificate.sha1)) {
    const expected = identities.map((each) => `${each.commonName} (SHA-1 ${each.sha1})`).join(", ");
    return `${path} is signed by ${name}, and the security profile has ${expected}.`;
  }
  if (!profile.certificateSha1s.includes(certificate.sha1)) {
    return `${path} is signed by ${name}, which its provisioning profile ${named(profile)} doesn't allow.`;
  }
  if (teamId === "" || teamId === profile.teamId) return undefined;
  return `${path} is signed for the team ${teamId}, and its provisioning profile is of ${profile.teamId}.`;
}

function factsOf(bundles: readonly Bundle[], { method, profile }: AppleSigner): ProductFile["metadata"] {
  const [, ...inside] = bundles;
  return {
    exportMethod: method,
    teamId: profile.teamId,
    profileName: profile.name,
    profileUuid: profile.uuid,
    profileType: profile.type,
    profileExpires: new Date(profile.expiresMs).toISOString(),
    devices: profile.devices,
    ...(inside.length > 0 ? { extensions: inside.map(({ identifier }) => identifier) } : {}),
    ...(inside.length > 0 ? { extensionProfiles: inside.map((each) => named(each.profile)) } : {}),
  };
}

function named({ name, uuid }: ProvisioningFacts): string {
  return `${name} (${uuid})`;
}
