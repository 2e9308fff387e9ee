import { errorOf } from "../../base/errors/millwright-error.ts";
import { checkValidity, dayOf, timeLeft } from "../certificate.ts";
import { listed } from "../printable.ts";
import type { ProvisioningFacts } from "./read-provisioning-profile.ts";
import type { AppleIdentity } from "./signing-certificate.ts";

/**
 * Checks that each provisioning profile goes with one of the certificates, that none has expired and that all belong to one team.
 * Answers warnings about what ends soon. Throws PROVISIONING_PROFILE_MISSING, PROVISIONING_TEAM_MISMATCH,
 * PROVISIONING_PROFILE_EXPIRED, PROVISIONING_CERTIFICATE_MISMATCH, CERTIFICATE_EXPIRED and CERTIFICATE_NOT_YET_VALID.
 */
export function checkProvisioning(
  profile: string,
  identities: readonly AppleIdentity[],
  provisioning: readonly ProvisioningFacts[],
  nowMs: number,
): string[] {
  const [first] = provisioning;
  if (!first) throw errorOf("PROVISIONING_PROFILE_MISSING", { profile });
  const warnings = new Set<string>();
  for (const each of provisioning) {
    checkTeam(profile, identities, first, each);
    checkExpiry(profile, each, nowMs, warnings);
    const warning = checkValidity(profile, signerOf(profile, identities, each), nowMs);
    if (warning) warnings.add(warning);
  }
  return [...warnings];
}

function checkTeam(
  profile: string,
  identities: readonly AppleIdentity[],
  first: ProvisioningFacts,
  each: ProvisioningFacts,
): void {
  const values = { profile, name: each.name, team: each.teamId };
  if (each.teamId !== first.teamId) {
    const reason = `The provisioning profile ${first.name} belongs to the team ${first.teamId}.`;
    throw errorOf("PROVISIONING_TEAM_MISMATCH", { ...values, reason });
  }
  const teams = [...new Set(identities.map(({ teamId }) => teamId))].filter((teamId) => teamId !== "");
  if (teams.length === 0 || teams.includes(each.teamId)) return;
  const reason = `The certificate in the p12 belongs to the team ${listed(teams)}.`;
  throw errorOf("PROVISIONING_TEAM_MISMATCH", { ...values, reason });
}

function checkExpiry(profile: string, each: ProvisioningFacts, nowMs: number, warnings: Set<string>): void {
  const { name, expiresMs } = each;
  if (nowMs > expiresMs) throw errorOf("PROVISIONING_PROFILE_EXPIRED", { profile, name, until: dayOf(expiresMs) });
  const left = timeLeft(expiresMs, nowMs);
  if (left) warnings.add(`The provisioning profile ${name} of the security profile ${profile} expires ${left}.`);
}

/** Of the certificates that the provisioning profile allows, the one that is valid for longest. */
function signerOf(profile: string, identities: readonly AppleIdentity[], each: ProvisioningFacts): AppleIdentity {
  const allowed = identities.filter(({ sha1 }) => each.certificateSha1s.includes(sha1));
  const [best] = allowed.sort((a, b) => b.notAfterMs - a.notAfterMs);
  if (best) return best;
  const holds = listed(identities.map(({ commonName, sha1 }) => `${commonName} (SHA-1 ${sha1})`));
  const allows = each.certificateNames.map((name, index) => `${name} (SHA-1 ${each.certificateSha1s[index]})`);
  throw errorOf(
    "PROVISIONING_CERTIFICATE_MISMATCH",
    { profile, name: each.name },
    { detail: `The p12 holds: ${holds}\nThe provisioning profile allows: ${listed(allows) || "none"}` },
  );
}
